"""Target times: what happens when nobody takes a case, or its holder stays silent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import select

from bot.desk import cases, switches
from bot.desk.escalation import escalate
from bot.observability.metrics import BREACHES
from bot.store.tables import Case, Entry
from sandbox import Sandbox
from tests.product.conftest import Product, with_stub_rasa
from tests.product.people import consultant, operator, patient

CARLA = 900000103  # the head of office, who takes no Spanish cases herself
# No holiday of anybody, so that the tests pass on every day of the year.
OFFICE = """
name: {es: Oficina de Prueba, en: Test Office}
time_zone: America/Mexico_City
hours: {mon-sun: "00:00-24:00"}
hospital: {name: Hospital, time_zone: America/Los_Angeles}
targets:
  normal: {take: 30m, answer: 2h}
  high: {take: 15m, answer: 1h}
  urgent: {take: 5m, answer: 15m}
routing: {widen_after: never}
consultants:
  - {name: Ana Ruiz, languages: [es, en], telegram: 900000101}
  - {name: Bruno Díaz, languages: [es, en], whatsapp: "+525500000102"}
  - {name: Carla Soto, languages: [en], telegram: 900000103, head: true}
on_call: [Ana Ruiz]
operator: {telegram: 900000109}
templates:
  consultant_page: {es: HX00000000000000000000000000000001, en: HX00000000000000000000000000000002}
  reply_waiting: {es: HX00000000000000000000000000000003, en: HX00000000000000000000000000000004}
"""
BOTH = [("es", "telegram"), ("en", "whatsapp")]  # each language and each channel once
ASK = {"es": "quiero hablar con una persona", "en": "I would like to talk to a person."}
ENGLISH_SPEAKERS = ("languages: [es, en]", "languages: [en, es]")
BY_DAY = ('"00:00-24:00"', '"09:00-18:00"')
WITHOUT_A_HEAD = ("  - {name: Carla Soto, languages: [en], telegram: 900000103, head: true}\n", "")


@contextlib.asynccontextmanager
async def running_office(
    box: Sandbox, database_url: str, folder: Path, *changes: tuple[str, str]
) -> AsyncIterator[Product]:
    """The product with the office of these tests, after replacements in its file."""
    text = OFFICE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "office.yml"
    path.write_text(text, encoding="utf-8")

    def label_of(words: str) -> str:
        return "complaint" if "queja" in words else "talk_to_human"

    async with with_stub_rasa(box, database_url, label_of, office_file=path) as product:
        if WITHOUT_A_HEAD not in changes:
            await head(box).say("hola")
            await head(box).hears(lambda bubble: True)
        yield product


@pytest.fixture
async def office(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with running_office(box, database_url, tmp_path) as product:
        yield product


@pytest.fixture
async def speaking(box: Sandbox, database_url: str, tmp_path: Path, language: str) -> AsyncIterator[Product]:
    changes = [ENGLISH_SPEAKERS] if language == "en" else []
    async with running_office(box, database_url, tmp_path, *changes) as product:
        yield product


@pytest.fixture
async def by_day(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    async with running_office(box, database_url, tmp_path, BY_DAY) as product:
        yield product


_heads: WeakKeyDictionary[Sandbox, Any] = WeakKeyDictionary()


def head(box: Sandbox) -> Any:
    if box not in _heads:
        _heads[box] = box.telegram.user(CARLA, "Carla")
    return _heads[box]


def office_time(product: Product, hour: int, minute: int = 0) -> None:
    """Move the clock to the next time it is that o'clock in Mexico City, six hours behind UTC all year."""
    now = product.box.clock.now()
    then = now.replace(hour=(hour + 6) % 24, minute=minute, second=0, microsecond=0)
    product.box.clock.advance(seconds=((then - now) % timedelta(days=1)).total_seconds())


async def asks(
    product: Product, channel: str = "telegram", words: str = "quiero hablar con una persona"
) -> Any:
    """A patient asks for a person, and consultants have the card."""
    luz = patient(product.box, channel, "en" if "person." in words else "es")
    await luz.say(words)
    await luz.hears(lambda bubble: True)
    await product.settle()
    hush(product, luz)
    return luz


def hush(product: Product, *others: Any) -> None:
    for person in (consultant(product.box, "telegram"), consultant(product.box, "whatsapp"), *others):
        person.catch_up()
    head(product.box).catch_up()


async def held(product: Product, by: str = "telegram", channel: str = "telegram", words: str = "") -> Any:
    """The patient's case is taken by the consultant on that channel; nobody has written yet."""
    luz = await asks(product, channel, words or "quiero hablar con una persona")
    holder = consultant(product.box, by)
    await holder.say("tomar 1")
    await holder.hears(lambda bubble: "1" in bubble.text)
    await product.settle()
    hush(product, luz)
    return luz, holder


async def look(product: Product) -> None:
    """What is due is done, and its bubbles are out."""
    async with product.puente.services.database.session() as session:
        await escalate(product.puente.services, session)
    await product.settle()


async def later(product: Product, **duration: float) -> None:
    product.box.clock.advance(**duration)
    await look(product)


async def the_case(product: Product) -> Case:
    async with product.puente.services.database.session() as session:
        return (await session.scalars(select(Case))).one()


async def entries(product: Product, *kinds: str) -> list[str]:
    async with product.puente.services.database.session() as session:
        found = await session.scalars(select(Entry.kind).where(Entry.kind.in_(kinds)).order_by(Entry.id))
        return list(found)


def breaches(kind: str) -> float:
    return BREACHES.labels(kind=kind)._value.get()  # type: ignore[no-any-return]


def since(person: Any) -> list[str]:
    """What the person has not heard yet."""
    return [bubble.text for bubble in person.phone.unheard()]


# --- nobody takes it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_those_who_were_offered_a_case_are_reminded_and_the_patient_is_told_the_truth(
    speaking: Product, language: str, channel: str
) -> None:
    of_patient, of_consultant, button = {
        "es": ("nadie ha tomado todavía su caso 1", "Nadie ha tomado todavía el caso 1", "Tomar"),
        "en": ("nobody has taken your case 1 yet", "Nobody has taken case 1 yet", "Take"),
    }[language]
    missed = breaches("take")
    luz = await asks(speaking, channel, ASK[language])
    await later(speaking, minutes=29)
    assert since(luz) == []
    await later(speaking, minutes=2)
    await luz.hears(of_patient)
    for way in ("telegram", "whatsapp"):
        bubble = await consultant(speaking.box, way).hears(of_consultant)
        assert [option.title for option in bubble.options] == [button]
        assert "Luz" not in bubble.text
    assert bool(since(head(speaking.box))) is (language == "en")  # offered to her too: she speaks English
    assert await entries(speaking, "reminded", "delay_told") == ["delay_told", "reminded"]
    assert breaches("take") == missed + 1


async def test_then_everybody_on_duty_then_the_head_of_office_then_nobody(office: Product) -> None:
    luz = await asks(office)
    await later(office, minutes=31)
    hush(office, luz)
    await later(office, minutes=31)
    await consultant(office.box, "telegram").hears("Nadie ha tomado")
    assert "Case 1" in (await head(office.box).hears("1")).text  # had no card yet: she gets one
    await later(office, minutes=31)
    bubble = await head(office.box).hears("Nobody is taking case 1")
    assert [option.title for option in bubble.options] == ["Take"]
    hush(office)
    await later(office, hours=5)
    assert [since(person) for person in (luz, head(office.box))] == [[], []]
    assert await entries(office, "reminded", "delay_told", "escalated") == [
        "delay_told",
        "reminded",
        "reminded",
        "escalated",
    ]
    assert (await the_case(office)).closed_at is None


async def test_a_reminder_can_be_acted_on(office: Product) -> None:
    luz, bruno = await asks(office), consultant(office.box, "whatsapp")
    await later(office, minutes=31)
    await bruno.tap("Tomar", await bruno.hears("Nadie ha tomado"))
    await bruno.hears("es suyo")
    await luz.hears("Bruno")
    case = await the_case(office)
    assert (case.take_by, case.escalated) == (None, 0)
    assert case.answer_by == case.escalate_at


async def test_a_case_taken_in_time_reminds_nobody_of_it(office: Product) -> None:
    luz, ana = await held(office)
    await later(office, minutes=40)
    assert (since(luz), since(ana), since(consultant(office.box, "whatsapp"))) == ([], [], [])


async def test_one_breach_is_one_escalation_however_often_and_by_how_many_it_is_looked_at(
    office: Product,
) -> None:
    luz = await asks(office)
    office.box.clock.advance(minutes=31)
    await asyncio.gather(*(look(office) for _ in range(6)))
    for _ in range(3):
        await look(office)
    assert await entries(office, "reminded", "delay_told") == ["delay_told", "reminded"]
    assert len(since(luz)) == 1
    assert len(since(consultant(office.box, "telegram"))) == 1
    assert (await the_case(office)).escalated == 1


async def test_without_a_head_of_office_the_operator_hears_of_it(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with running_office(box, database_url, tmp_path, WITHOUT_A_HEAD) as product:
        luz = patient(box, "telegram")
        await luz.say("quiero hablar con una persona")
        await luz.hears("caso")
        for _ in range(3):
            await later(product, minutes=31)
        await operator(box).hears("nadie toma un caso")


async def test_a_consultant_behind_her_closed_window_is_reminded_by_template(office: Product) -> None:
    await asks(office)
    async with office.puente.services.database.session() as session:
        case = await cases.locked(session, 1)
        assert case
        case.escalate_at = case.take_by = office.box.clock.now() + timedelta(hours=25)
    hush(office)
    await later(office, hours=25, minutes=1)
    bubble = await consultant(office.box, "whatsapp").hears(lambda bubble: bool(bubble.template))
    assert "1" in bubble.text


# --- its holder is silent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "by"), BOTH)
async def test_a_silent_holder_is_reminded_with_what_she_can_do_and_then_loses_the_case(
    speaking: Product, language: str, by: str
) -> None:
    reminder, buttons, lost, of_patient = {
        "es": (
            "espera su respuesta",
            ["Escribirle", "Transferir", "Soltar"],
            "ya no es suyo",
            "no ha podido contestarle",
        ),
        "en": (
            "waiting for your answer since",
            ["Write", "Transfer", "Release"],
            "no longer yours",
            "has not been able to answer you",
        ),
    }[language]
    missed = breaches("answer")
    luz, holder = await held(speaking, by, words=ASK[language])
    await later(speaking, hours=1, minutes=59)
    assert since(holder) == []
    await later(speaking, minutes=2)
    bubble = await holder.hears(reminder)
    assert [option.title for option in bubble.options] == buttons
    assert since(luz) == []
    assert await entries(speaking, "reminded") == ["reminded"]
    assert breaches("answer") == missed + 1
    await later(speaking, hours=2, minutes=1)
    await holder.hears(lost)
    await luz.hears(of_patient)


@pytest.mark.parametrize(("by", "channel"), [("telegram", "whatsapp"), ("whatsapp", "telegram")])
async def test_after_as_long_again_the_case_goes_back_and_everybody_is_told_so(
    office: Product, by: str, channel: str
) -> None:
    luz, holder = await held(office, by, channel)
    other = consultant(office.box, "whatsapp" if by == "telegram" else "telegram")
    await later(office, hours=2, minutes=1)
    hush(office, luz)
    await later(office, hours=2, minutes=1)
    await holder.hears("ya no es suyo", within=8)  # WhatsApp paces: the reminder may arrive just before it
    await luz.hears("no ha podido contestarle")
    await other.hears("Caso 1", within=5)
    case = await the_case(office)
    assert (case.holder_id, case.closed_at, case.answer_by) == (None, None, None)
    assert await entries(office, "reminded", "released", "returned") == ["reminded", "returned"]
    await other.say("tomar 1")
    await luz.hears("le atiende")


async def test_the_case_that_came_back_is_offered_to_the_next_best(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    narrow = ("widen_after: never", "widen_after: 6h")
    async with running_office(box, database_url, tmp_path, narrow) as product:
        luz = await asks(product)
        ana, bruno = consultant(box, "telegram"), consultant(box, "whatsapp")
        await ana.say("tomar 1")
        await luz.hears("Ana")
        await later(product, hours=2, minutes=1)
        hush(product, luz)
        await later(product, hours=2, minutes=1)
        await bruno.hears("Caso 1", within=5)
        await product.settle()
        new = [bubble.text for bubble in ana.phone.unheard() if not bubble.edited]
        assert len(new) == 1  # that it is no longer hers; her card was only edited in place


async def test_returned_and_not_taken_in_time_the_head_of_office_is_told(office: Product) -> None:
    luz, _ = await held(office)
    for _ in range(2):
        await later(office, hours=2, minutes=1)
    hush(office, luz)
    await later(office, minutes=31)
    await head(office.box).hears("Nobody is taking case 1")
    assert await entries(office, "escalated", "delay_told") == ["delay_told", "escalated"]
    hush(office, luz)
    await later(office, hours=5)
    assert (since(luz), since(head(office.box))) == ([], [])


async def test_her_answer_stops_it(office: Product) -> None:
    luz, holder = await held(office, "whatsapp")
    await later(office, hours=2, minutes=1)
    await holder.say("buenas tardes, ya lo reviso")
    await luz.hears("ya lo reviso")
    await later(office, hours=9)
    case = await the_case(office)
    assert (case.awaits_since, case.answer_by, case.escalate_at, case.escalated) == (None, None, None, 0)
    assert case.holder_id is not None
    assert not any("no ha podido contestarle" in text for text in since(luz))


async def test_a_note_is_no_answer(office: Product) -> None:
    _, ana = await held(office)
    await ana.say("nota llamar el lunes")
    await ana.hears("no")
    await later(office, hours=2, minutes=1)
    await ana.hears("espera su respuesta")


async def test_the_patients_first_unanswered_words_start_the_time_and_later_ones_do_not_move_it(
    office: Product,
) -> None:
    luz, ana = await held(office)
    await ana.say("dígame")
    await luz.hears("dígame")
    await later(office, hours=5)
    await luz.say("¿cuándo me llaman?")
    await ana.hears("llaman")
    first = (await the_case(office)).answer_by
    await later(office, minutes=90)
    await luz.say("sigo esperando")
    await ana.hears("sigo esperando")
    assert first is not None
    assert (await the_case(office)).answer_by == first
    await later(office, minutes=31)
    await ana.hears("espera su respuesta")


async def test_closing_stops_it(office: Product) -> None:
    luz, ana = await held(office)
    await ana.say("cerrar 1")
    await luz.hears("cerrado")
    await office.settle()
    hush(office, luz)
    await later(office, hours=9)
    assert (since(luz), since(consultant(office.box, "whatsapp"))) == ([], [])


async def test_with_another_holder_the_time_to_answer_starts_anew_and_with_none_the_time_to_take(
    office: Product,
) -> None:
    luz, ana = await held(office)
    bruno = consultant(office.box, "whatsapp")
    for who, words, name in (
        (ana, "transferir 1 a Bruno: lo conoce de antes", "Bruno"),
        (ana, "relevar 1", "Ana"),
        (bruno, "relevar 1", "Bruno"),
    ):
        await later(office, hours=1, minutes=50)
        hush(office, luz)
        await who.say(words)
        await luz.hears(name)
        case = await the_case(office)
        assert case.answer_by, words
        assert case.answer_by - office.box.clock.now() > timedelta(minutes=119), words
    await later(office, hours=1)
    await bruno.say("soltar 1")
    await luz.hears("dejó el caso")
    case = await the_case(office)
    assert (case.answer_by, case.escalated) == (None, 0)
    assert case.take_by
    assert timedelta(minutes=29) < case.take_by - office.box.clock.now() <= timedelta(minutes=30)


async def test_who_goes_back_to_the_assistant_waits_for_nobody(office: Product) -> None:
    luz, _ = await held(office)
    await luz.say("asistente")
    await luz.hears("asistente automático")
    await office.settle()
    hush(office, luz)
    await later(office, hours=9)
    assert since(luz) == []
    await luz.say("mejor sí, una persona")
    await luz.hears("caso")
    assert (await the_case(office)).take_by is not None


async def test_a_holder_who_pauses_does_not_stop_the_patients_clock(office: Product) -> None:
    _, ana = await held(office)
    before = (await the_case(office)).answer_by
    await ana.say("pausa 3h")
    await ana.hears(lambda bubble: True)
    assert (await the_case(office)).answer_by == before
    await later(office, hours=2, minutes=1)
    await ana.hears("espera su respuesta")


# --- urgency, hours, danger ---------------------------------------------------------------------------------


async def test_what_is_more_urgent_is_due_sooner(office: Product) -> None:
    luz = await asks(office)
    await later(office, minutes=10)
    await luz.say("tengo una queja muy seria")
    await luz.hears("caso")
    case = await the_case(office)
    assert case.urgency == "high"
    assert case.take_by
    assert case.take_by - office.box.clock.now() <= timedelta(minutes=15)
    await later(office, minutes=6)
    assert (await the_case(office)).escalated == 0
    await later(office, minutes=10)
    assert (await the_case(office)).escalated == 1


async def test_it_is_never_due_later_for_being_more_urgent(office: Product) -> None:
    luz = await asks(office)
    before = (await the_case(office)).take_by
    await later(office, minutes=25)
    await luz.say("tengo una queja muy seria")
    await luz.hears("caso")
    assert (await the_case(office)).take_by == before


async def test_out_of_hours_only_what_is_urgent_escalates(by_day: Product) -> None:
    office_time(by_day, 17, 50)
    await consultant(by_day.box, "whatsapp").say("hola")  # her window is open
    luz = await asks(by_day)
    case = await the_case(by_day)
    assert case.take_by
    assert case.take_by.astimezone(UTC).strftime("%H:%M") == "15:20"  # 9:20 in Mexico City
    hush(by_day, luz)
    await later(by_day, hours=10)
    assert (since(luz), since(consultant(by_day.box, "telegram"))) == ([], [])
    office_time(by_day, 9, 21)
    await look(by_day)
    await luz.hears("caso 1")
    await consultant(by_day.box, "telegram").hears("Nadie ha tomado")


async def test_what_is_due_at_the_very_closing_waits_for_the_opening(by_day: Product) -> None:
    office_time(by_day, 17, 0)
    luz = await asks(by_day)
    async with by_day.puente.services.database.session() as session:
        case = await cases.locked(session, 1)
        assert case
        office_time(by_day, 18, 0)
        case.take_by = case.escalate_at = by_day.box.clock.now()
    await look(by_day)
    assert since(luz) == []
    due = (await the_case(by_day)).escalate_at
    assert due
    assert due.astimezone(UTC).hour == 15  # nine in Mexico City
    office_time(by_day, 9, 1)
    await look(by_day)
    await luz.hears("nadie ha tomado")


async def test_a_day_called_off_does_not_count_for_cases_opened_before_or_on_it(office: Product) -> None:
    luz = await asks(office)
    services = office.puente.services
    async with services.database.session() as session:
        tomorrow = switches.end_of_today(services)
        await switches.turn_on(services, session, switches.CLOSED, None, tomorrow)  # type: ignore[arg-type]
    rosa = await asks(office, "whatsapp")
    await later(office, minutes=31)
    async with services.database.session() as session:
        before, on_it = (await session.scalars(select(Case).order_by(Case.id))).all()
    assert (before.escalated, on_it.escalated) == (0, 0)
    assert before.take_by == before.escalate_at == tomorrow + timedelta(minutes=30)
    assert on_it.take_by == tomorrow + timedelta(minutes=30)
    assert (since(luz), since(rosa)) == ([], [])


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_an_emergency_that_nobody_takes_reaches_the_head_and_the_patient_is_sent_to_911(
    by_day: Product, channel: str
) -> None:
    office_time(by_day, 3)
    luz = patient(by_day.box, channel)
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await by_day.settle()
    hush(by_day, luz)
    await later(by_day, minutes=6)
    told = await luz.hears("911")
    assert "nadie de la oficina está leyendo" in told.text
    assert "tardando" not in told.text
    await head(by_day.box).hears("Nobody is taking case 1")
    await later(by_day, hours=1)
    assert not any("leyendo" in text for text in since(luz))
    assert await entries(by_day, "escalated", "delay_told") == ["delay_told", "escalated"]


async def test_a_silent_holder_of_an_emergency_loses_it_and_everybody_is_paged(by_day: Product) -> None:
    office_time(by_day, 3)
    luz, ana = patient(by_day.box, "telegram"), consultant(by_day.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await ana.hears("URGENTE")
    await ana.say("tomar 1")
    await luz.hears("le atiende")
    await by_day.settle()
    hush(by_day, luz)
    await later(by_day, minutes=16)
    await ana.hears("espera su respuesta")
    await later(by_day, minutes=16)
    await ana.hears("ya no es suyo")
    await ana.hears("URGENTE", within=5)  # on call, and the only one
    await luz.hears("no ha podido contestarle")


async def test_the_bereaved_are_spared_it(office: Product) -> None:
    luz = patient(office.box, "telegram")
    await luz.say("falleció mi mamá ayer")
    await luz.hears(lambda bubble: True)
    await office.settle()
    assert (await the_case(office)).reason == "death"
    hush(office, luz)
    await later(office, minutes=31)
    assert since(luz) == []
    await consultant(office.box, "telegram").hears("Nadie ha tomado")
