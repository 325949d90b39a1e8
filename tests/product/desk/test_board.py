"""The staff group: a line a case, and nothing of the patient; twenty messages a minute; moves and removals."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.desk import board, cases
from bot.store.contacts import meet
from bot.store.tables import Alarm, Case, Conversation, Send
from sandbox import Sandbox
from tests.product.conftest import OFFICE, Product, greet_the_bot, settings_for, started
from tests.product.desk.phones import later
from tests.product.desk.staff import EMERGENCY, PERSON, entries, label_of
from tests.product.people import ANA, consultant, operator, patient
from tests.product.quiet import silent
from tests.stub_rasa import stub_rasa

NAME = "Guadalupe"


class Posted:
    """The product with a staff group."""

    def __init__(self, product: Product, group: Any, rasa_url: str, database_url: str) -> None:
        self.product, self.group = product, group
        self.rasa_url, self.database_url = rasa_url, database_url

    def line(self, state: str, number: int = 1, language: str = "es", **values: str) -> str:
        """The head of the line: up to what changes by the clock."""
        known = {"consultant": "–", "since": "@", "urgency": "–", "language": "–"} | values
        services, values = self.product.puente.services, {"case": str(number), **known}
        key = f"desk.board.{state}"
        text = services.texts.render(key, language, values, services.office, services.real).text
        return text.partition("@")[0]

    def lines(self) -> list[str]:
        return [bubble.text for bubble in self.group.bubbles]

    async def shows(self, text: str) -> None:
        """Until one of the group's lines has these words."""
        deadline = asyncio.get_running_loop().time() + 10
        while not any(text in line for line in self.lines()):
            assert asyncio.get_running_loop().time() < deadline, (text, self.lines())
            await asyncio.sleep(0.05)

    async def rests(self) -> None:
        """Until every line says what is so."""
        deadline = asyncio.get_running_loop().time() + 10
        while await self._due():
            assert asyncio.get_running_loop().time() < deadline, self.lines()
            await asyncio.sleep(0.1)
        await self.product.settle()

    async def moves(self) -> None:
        """Until the open case has a line in the new group: the numbers of before mean nothing there."""
        deadline = asyncio.get_running_loop().time() + 10
        while len(self.lines()) < 2:
            assert asyncio.get_running_loop().time() < deadline, self.lines()
            await asyncio.sleep(0.05)
        await self.rests()

    async def _due(self) -> bool:
        async with self.product.puente.services.database.session() as session:
            found = await session.scalars(select(Case.id).where(Case.board_due_at.is_not(None)))
            return found.first() is not None

    async def alarms(self) -> list[str]:
        async with self.product.puente.services.database.session() as session:
            return list(await session.scalars(select(Alarm.kind)))

    async def opens(self, count: int, urgency: str = "normal") -> None:
        """So many cases at once, each of somebody else."""
        services = self.product.puente.services
        async with services.database.session() as session:
            for n in range(count):
                person = await meet(session, services.clock, "telegram", f"7{urgency}{n}")
                await cases.open_case(
                    services, session, person, reason="asked", topic="talk_to_human", urgency=urgency
                )


@contextlib.asynccontextmanager
async def posted(
    box: Sandbox, database_url: str, *, supergroup: bool = True, office: Any = OFFICE
) -> AsyncIterator[Posted]:
    ana = consultant(box, "telegram")
    group = await box.telegram.group("Guardia", ana, supergroup=supergroup)
    async with stub_rasa() as (rasa, rasa_url):
        rasa.label_of = label_of
        settings = settings_for(
            box, database_url, rasa_url, telegram_staff_chat_id=group.id, office_file=office
        )
        async with started(box, settings, box.clock.now) as (puente, url):
            product = Product(puente, box, rasa, url)
            await greet_the_bot(product)
            yield Posted(product, group, rasa_url, database_url)


async def waiting(p: Posted, channel: str = "telegram", language: str = "es") -> Any:
    luz = patient(p.product.box, channel, language, name=NAME)
    await luz.say(PERSON[language])
    await p.shows(p.line("waiting"))
    await p.product.settle()
    return luz


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_one_line_a_case_follows_it_in_place(
    box: Sandbox, database_url: str, channel: str, language: str
) -> None:
    async with posted(box, database_url) as p:
        luz, ana = await waiting(p, channel, language), consultant(box, "telegram")
        assert {"es": "español", "en": "inglés"}[language] in p.lines()[0]
        await ana.say("tomar 1")
        await p.shows(p.line("taken", consultant="Ana Ruiz"))
        await ana.say("soltar 1")
        await p.shows(p.line("waiting"))
        await ana.say("tomar 1")
        await p.shows(p.line("taken", consultant="Ana Ruiz"))
        await luz.say("mi cita es el lunes")
        await ana.say("cerrar 1")
        await p.shows(p.line("closed"))
        await p.rests()
        assert len(p.lines()) == 1


async def test_it_speaks_the_language_of_the_head_of_office(
    box: Sandbox, database_url: str, tmp_path: Any
) -> None:
    office = tmp_path / "office.yml"
    text = OFFICE.read_text("utf-8").replace("languages: [es, en]", "languages: [en, es]")
    office.write_text(text.replace("    telegram: 900000101\n", "    telegram: 900000101\n    head: true\n"))
    async with posted(box, database_url, office=office) as p:
        await patient(box, "telegram").say(PERSON["es"])
        await p.shows(p.line("waiting", language="en"))
        await p.shows("Spanish")


async def test_nothing_of_the_patient_is_on_it(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url) as p:
        luz = patient(box, "whatsapp", name=NAME)
        await luz.say("mi mamá tiene cáncer de mama, quiero hablar con una persona")
        await p.shows(p.line("waiting"))
        await luz.say(EMERGENCY)
        await p.shows("MÁXIMA")
        await p.rests()
        told = " ".join(p.lines()).casefold()
        telling = (NAME, "cáncer", "oncolog", "emergencia", "persona", "respirar", "0123", "whatsapp")
        assert not [word for word in telling if word.casefold() in told]


async def test_the_most_urgent_comes_first(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url) as p:
        await p.opens(3)
        await p.opens(1, "urgent")
        await p.rests()
        urgent = next(n for n, line in enumerate(p.lines()) if "MÁXIMA" in line)
        assert len(p.lines()) == 4
        assert urgent <= 1  # at most the line that was on its way


async def test_twenty_messages_a_minute_and_then_what_is_so_by_then(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url) as p:
        services = p.product.puente.services
        await p.opens(24)
        for _ in range(30):  # the watch looks as well: faster than its half seconds
            async with services.database.session() as session:
                await board.post(services, session)
            await p.product.settle()
        assert len(p.lines()) == 20
        async with services.database.session() as session:  # while nothing may be said
            for entry in ("asked_again", "asked_again", "asked_again"):
                case = await session.get_one(Case, 1)
                case.urgency = "high"
                await cases.append(services, session, case, entry)
        before = len(calls(box, p.group.id))
        box.clock.advance(seconds=61)
        await p.rests()
        assert len(p.lines()) == 24
        assert len(calls(box, p.group.id)) - before == 5  # four new ones, and one edit


async def test_a_throttled_group_is_waited_for(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url) as p:
        box.telegram.faults.throttle("sendMessage", retry_after=30, address=str(p.group.id))
        await p.opens(2)
        await asyncio.sleep(1.5)
        assert p.lines() == []
        box.clock.advance(seconds=31)
        await p.rests()
        assert len(p.lines()) == 2


async def test_who_writes_in_the_group_is_not_answered(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url) as p:
        await waiting(p)
        ana = consultant(box, "telegram")
        for words in ("/casos", "/tomar 1", "quiero hablar con una persona"):
            await ana.say(words, chat=p.group, quote=p.group.last)
        await asyncio.sleep(1)
        await p.rests()
        assert len(p.lines()) == 1
        assert not await entries(p.product, "claimed")


@pytest.mark.parametrize("told", [True, False], ids=["by the event", "by the refusal"])
async def test_it_follows_a_group_that_becomes_a_supergroup(
    box: Sandbox, database_url: str, told: bool
) -> None:
    async with posted(box, database_url, supergroup=False) as p:
        await waiting(p)
        old = p.group.id
        if not told:
            box.telegram.updates.add = lambda *args, **kwargs: None  # type: ignore[method-assign,assignment]
        await p.group.migrate()
        vars(box.telegram.updates).pop("add", None)
        if told:
            await p.moves()
        await consultant(box, "telegram").say("tomar 1")
        await p.shows(p.line("taken", consultant="Ana Ruiz"))
        await p.rests()
        async with p.product.puente.services.database.session() as session:
            query = select(Conversation).where(Conversation.role == "board")
            assert (await session.scalars(query)).one().address == str(p.group.id) != str(old)
        assert await p.alarms() == []


async def test_where_it_moved_is_remembered_across_a_restart(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url, supergroup=False) as p:
        await waiting(p)
        old = p.group.id
        await p.group.migrate()
        await p.moves()
    async with stub_rasa() as (_rasa, rasa_url):
        for setting in (old, p.group.id):  # as it is in .env, and corrected there
            settings = settings_for(box, database_url, rasa_url, telegram_staff_chat_id=setting)
            before = len(calls(box, old))
            async with started(box, settings, box.clock.now) as (puente, url):
                p.product = Product(puente, box, p.product.rasa, url)
                order = "tomar 1" if setting == old else "cerrar 1"
                await consultant(box, "telegram").say(order)
                await p.shows(p.line("taken" if setting == old else "closed", consultant="Ana Ruiz"))
                await p.rests()
            assert len(calls(box, old)) == before
    assert len(p.lines()) == 2


async def test_removed_from_the_group_it_says_so_once_and_the_desk_goes_on(
    box: Sandbox, database_url: str
) -> None:
    async with posted(box, database_url) as p:
        luz, ana = await waiting(p), consultant(box, "telegram")
        operator(box).catch_up()
        await p.group.remove_bot(ana)
        await operator(box).hears("grupo de la oficina")
        await ana.say("tomar 1")
        await luz.hears("Ana Ruiz")
        await ana.say("la llamo hoy")
        await luz.hears("la llamo hoy")
        await p.product.settle()
        await later(p.product, minutes=30)
        await silent(p.product, operator(box))
        p.group.chat.bot_was_removed = False
        await added_again(box, p.group)
        await p.shows(p.line("taken", consultant="Ana Ruiz"))


async def test_a_group_that_refuses_the_bot_raises_one_alarm(box: Sandbox, database_url: str) -> None:
    async with posted(box, database_url) as p:
        p.group.chat.bot_was_removed = True  # while nobody told us
        await patient(box, "telegram").say(PERSON["es"])
        await operator(box).hears("grupo de la oficina")
        await consultant(box, "telegram").hears("Caso 1")
        async with p.product.puente.services.database.session() as session:
            query = select(Send).where(Send.purpose == "board")
            assert [send.state for send in await session.scalars(query)] == ["failed"]
        assert await p.alarms() == ["board"]


async def test_without_the_setting_there_is_no_board(product: Product) -> None:
    product.rasa.label_of = label_of
    await patient(product.box, "telegram").say(PERSON["es"])
    await consultant(product.box, "telegram").hears("Caso 1")
    async with product.puente.services.database.session() as session:
        assert (await session.get_one(Case, 1)).board_due_at is None


def calls(box: Sandbox, chat: int) -> list[str]:
    """What was asked of Telegram about this chat."""
    made = box.telegram.calls
    return [name for name, values in made if values.get("chat_id") == str(chat)]


async def added_again(box: Sandbox, group: Any) -> None:
    me = box.telegram.me
    change = {
        "chat": group.chat.json(),
        "from": {"id": ANA, "is_bot": False, "first_name": "Ana"},
        "date": int(box.clock.now().timestamp()),
        "old_chat_member": {"user": me, "status": "kicked", "until_date": 0},
        "new_chat_member": {"user": me, "status": "member"},
    }
    box.telegram.updates.add("my_chat_member", change, f"chat {group.id}")
