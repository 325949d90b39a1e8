"""What a consultant looks up, canned replies, reminders, outcomes, help: in both languages, on both channels."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.store.tables import Case, Consultant, Conversation, Entry, Send
from sandbox import Sandbox
from tests.product.conftest import OFFICE, Product, with_stub_rasa
from tests.product.desk.phones import later
from tests.product.desk.staff import said
from tests.product.people import consultant, patient
from tests.product.quiet import silent

BOTH = [("es", "telegram"), ("en", "whatsapp")]
OTHER = {"telegram": "whatsapp", "whatsapp": "telegram"}
ASK = "quiero hablar con una persona"
WORDS = {
    "es": {
        "take": "tomar", "close": "cerrar", "cases": "casos", "case": "caso", "history": "historia", "search": "buscar",
        "more": "más", "help": "ayuda", "hers": "suyo", "nobody": "nadie lo lleva", "answer": "espera su respuesta",
        "yours": "lo lleva usted", "closed": "se cerró", "held": "lo lleva", "not_sent": "no se le mandó", "send": "Enviar",
        "to_patient": "Enviar al paciente", "hours": "horario", "remind": "recuérdame mañana 9", "reminded": "mañana",
        "asked": "Me pidió", "when": "¿Para cuándo", "forget": "No recordar", "forgotten": "Ya no se lo recuerdo",
        "booked": "Con cita", "answered": "Contestado", "answered_word": "contestado", "write": "Escribirle",
        "close_button": "Cerrar", "earlier": "Anteriores", "hour": "En una hora", "pending": "recordar",
        "unknown": "No hay ningún caso",
        "several": "varias respuestas", "none": "Ninguna respuesta", "tomorrow": "mañana a las 4",
    },
    "en": {
        "take": "take", "close": "close", "cases": "cases", "case": "case", "history": "history", "search": "search",
        "more": "more", "help": "help", "hers": "yours", "nobody": "nobody holds it", "answer": "waiting for your answer",
        "yours": "with you since", "closed": "closed", "held": "with ", "not_sent": "not sent", "send": "Send",
        "to_patient": "Send to the patient", "hours": "hours", "remind": "remind me tomorrow 9", "reminded": "tomorrow",
        "asked": "You asked me", "when": "When shall I", "forget": "Forget it", "forgotten": "will not remind",
        "booked": "Booked", "answered": "Answered", "answered_word": "answered", "write": "Write",
        "close_button": "Close", "earlier": "Earlier", "hour": "In an hour", "pending": "remind",
        "unknown": "There is no case",
        "several": "Several replies", "none": "No approved reply", "tomorrow": "tomorrow at 4",
    },
}  # fmt: skip


@pytest.fixture
async def desk(
    box: Sandbox, database_url: str, tmp_path: Path, language: str, request: pytest.FixtureRequest
) -> AsyncIterator[Product]:
    """The product whose consultants read `language`; Bruno is head of office where a test says so."""
    text = OFFICE.read_text()
    if language == "en":
        text = text.replace("languages: [es, en]", "languages: [en, es]")
    if getattr(request, "param", "") == "head":
        text = text.replace('whatsapp: "+525500000102"', 'whatsapp: "+525500000102"\n    head: true')
    office = tmp_path / "office.yml"
    office.write_text(text)
    async with with_stub_rasa(box, database_url, lambda text: "talk_to_human", office_file=office) as product:
        yield product


async def held(product: Product, who: Any, me: Any, number: int, language: str) -> None:
    """The patient asked for a person, and the consultant took that case."""
    await waiting(product, who)
    await me.say(f"{WORDS[language]['take']} {number}")
    await me.hears(ASK)
    await who.hears("atiende")
    await product.settle()
    who.catch_up()
    me.catch_up()


async def waiting(product: Product, who: Any) -> None:
    await who.say(ASK)
    await who.hears("caso")
    await product.settle()


async def many_waiting(product: Product, count: int) -> None:
    """Cases of people who wait, put into the data base: twelve phones would take too long."""
    services = product.puente.services
    async with services.database.session() as session:
        for number in range(count):
            person = Conversation(
                channel="telegram", address=f"77{number:04}", name=f"Persona {number}", language="es",
                created_at=services.clock(),
            )  # fmt: skip
            session.add(person)
            await session.flush()
            case = Case(
                conversation_id=person.id, reason="asked", topic="talk_to_human", urgency="normal", language="es",
                opened_at=services.clock(), notified_at=services.clock(), announced_at=services.clock(),
            )  # fmt: skip
            session.add(case)


async def entries(product: Product, number: int) -> list[Entry]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Entry).where(Entry.case_id == number).order_by(Entry.id)))


async def held_back(product: Product, count: int) -> None:
    """So many bubbles wait for somebody's window to open."""
    query = select(func.count()).where(Send.state == "held")
    for _ in range(100):
        async with product.puente.services.database.session() as session:
            if await session.scalar(query) == count:
                return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was held")


async def case_row(product: Product, number: int) -> Case:
    async with product.puente.services.database.session() as session:
        return await session.get_one(Case, number)


# --------------------------------------------------------------------------------------------------------- cases


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_her_cases_come_first_and_of_those_the_one_that_waits_for_her(
    desk: Product, language: str, channel: str
) -> None:
    words, me = WORDS[language], consultant(desk.box, channel)
    luz, rosa = patient(desk.box, "telegram"), patient(desk.box, "whatsapp", name="Rosa")
    await held(desk, luz, me, 1, language)
    await me.say("un momento")
    await luz.hears("un momento")
    await held(desk, rosa, me, 2, language)
    await many_waiting(desk, 1)
    await rosa.say("¿sigue ahí?")
    await me.hears("¿sigue ahí?")
    desk.box.clock.advance(minutes=25)
    me.catch_up()
    await me.say(words["cases"])
    listed = await me.hears("#3")
    lines = [line for line in listed.text.splitlines() if line.startswith("#")]
    assert [line.split(" ")[0] for line in lines] == ["#2", "#1", "#3"]
    assert words["answer"] in lines[0]
    assert "25 min" in lines[0]
    assert "Luz" in lines[1]
    assert words["nobody"] in lines[2]
    assert "Persona" not in lines[2]
    await me.tap(2, listed)
    assert words["nobody"] in (await me.hears("3")).text


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_a_long_list_comes_in_pages(desk: Product, language: str, channel: str) -> None:
    words, me = WORDS[language], consultant(desk.box, channel)
    await many_waiting(desk, 14)
    await me.say(words["cases"])
    first = await me.hears("#1 ")
    assert len(first.options) <= (10 if channel == "whatsapp" else 11)
    assert "14" in first.text.splitlines()[0]
    if language == "es":
        await me.say(words["more"])
    else:
        await me.tap(words["more"].capitalize(), first)
    second = await me.hears("#14 ")
    shown = re.findall(r"(?m)^#(\d+)", first.text + "\n" + second.text)
    assert [int(number) for number in shown] == list(range(1, 15))


# ---------------------------------------------------------------------------------------------------------- case


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_her_own_case_opens_with_the_last_words_and_its_history_tells_what_happened(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, OTHER[channel])
    await held(desk, luz, me, 1, language)
    await luz.say("es por mi mamá")
    await me.hears("mamá")
    await desk.settle()
    await me.say(words["case"])
    opened = await me.hears(words["yours"])
    assert "es por mi mamá" in opened.text
    assert "Luz" in opened.text
    assert [option.title for option in opened.options][1] == words["close_button"]
    assert [entry.kind for entry in await entries(desk, 1)].count("looked_at") == 1
    await me.say("entiendo" if language == "es" else "I understand")
    await luz.hears(lambda bubble: bubble.text.endswith(("entiendo", "I understand")))
    await me.say(f"{words['history']} 1")
    told = await me.hears("mamá")
    name = "Ana Ruiz" if channel == "telegram" else "Bruno Díaz"
    assert re.search(rf"\d\d:\d\d  {name}: (entiendo|I understand)", told.text)
    assert re.search(rf"\d\d:\d\d  (Lo tomó|Taken by) {name}", told.text)
    assert re.search(r"\d\d:\d\d  (Paciente|Patient): es por mi mamá", told.text)


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_somebody_elses_and_closed_cases_show_no_words(
    desk: Product, language: str, channel: str
) -> None:
    words = WORDS[language]
    me, colleague = consultant(desk.box, channel), consultant(desk.box, OTHER[channel])
    luz = patient(desk.box, "telegram")
    await held(desk, luz, colleague, 1, language)
    await me.say(f"{words['case']} 1")
    opened = await me.hears(words["held"])
    assert ASK not in opened.text
    assert "Luz" not in opened.text
    await me.say(f"{words['history']} #1")
    told = await me.hears(f"{words['history'].capitalize()}" if language == "es" else "History")
    assert ASK not in told.text
    await colleague.say(f"{words['close']} 1")
    await luz.hears(lambda bubble: True)
    await desk.settle()
    for person in (me, colleague):
        person.catch_up()
        await person.say(f"{words['case']} 1")
        opened = await person.hears(words["closed"])
        assert ASK not in opened.text
    looks = [entry for entry in await entries(desk, 1) if entry.kind == "looked_at"]
    assert len(looks) == 4
    assert all(look.consultant_id for look in looks)


@pytest.mark.parametrize("desk", ["head"], indirect=True)
@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_head_of_office_reads_every_case(desk: Product, language: str) -> None:
    words, ana, head = (
        WORDS[language],
        consultant(desk.box, "telegram"),
        consultant(desk.box, "whatsapp"),
    )
    luz = patient(desk.box, "telegram")
    await held(desk, luz, ana, 1, language)
    head.catch_up()
    await head.say(f"{words['case']} 1")
    assert ASK in (await head.hears(words["held"])).text


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_a_waiting_case_opens_as_its_card_and_can_be_taken_and_one_there_is_not_is_unknown(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await waiting(desk, luz)
    me.catch_up()
    await me.say(f"{words['case']} 1")
    opened = await me.hears(words["nobody"])
    assert "Luz" not in opened.text
    assert ASK not in opened.text
    await me.tap(0, opened)
    await me.hears(ASK)
    await me.say(f"{words['case']} 104")
    assert "104" in (await me.hears(words["unknown"])).text


# ------------------------------------------------------------------------------------------------------- history


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_a_long_history_comes_in_pages_newest_first(desk: Product, language: str, channel: str) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    services = desk.puente.services
    async with services.database.session() as session:
        her = (await session.scalars(select(Consultant).limit(1))).one()
        for number in range(30):
            body = {"text": f"apunte {number} " + "x" * 60}
            at = services.clock() + timedelta(seconds=number)
            session.add(Entry(case_id=1, kind="note", consultant_id=her.id, at=at, body=body))
    await me.say(f"{words['history']} 1")
    newest = await me.hears("apunte 29")
    assert "apunte 2 " not in newest.text
    await me.tap(words["earlier"], newest)
    assert "apunte 29" not in (await me.hears("apunte 15")).text


# -------------------------------------------------------------------------------------------------------- search


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_a_case_is_found_by_number_name_phone_and_topic(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "whatsapp")
    await waiting(desk, luz)
    me.catch_up()
    topic = "pide una persona" if language == "es" else "wants a person"
    for wanted in ("1", "#1", "luz", "LUZ", "0000 0123", topic):
        await me.say(f"{words['search']} {wanted}")
        found = await me.hears("#1")
        assert words["nobody"] in found.text
        assert "Luz ·" not in found.text  # whose case it is, is not told before it is taken
        me.catch_up()
    await me.say(f"{words['search']} Pérez")
    await me.hears("Pérez")
    await me.say(f"{words['take']} 1")
    await me.hears(ASK)
    await me.say(f"{words['search']} luz")
    assert "#1 Luz" in (await me.hears("#1 Luz")).text


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_what_is_over_90_days_old_is_found_only_among_her_own(
    desk: Product, language: str, channel: str
) -> None:
    words = WORDS[language]
    me, colleague = consultant(desk.box, channel), consultant(desk.box, OTHER[channel])
    luz = patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    await me.say(f"{words['close']} 1")
    await desk.settle()
    async with desk.puente.services.database.session() as session:
        case = await session.get_one(Case, 1)
        case.opened_at -= timedelta(days=100)
    for person, finds in ((me, True), (colleague, False)):
        person.catch_up()
        await person.say(f"{words['search']} luz")
        answer = await person.hears("luz")
        assert ("#1" in answer.text) is finds


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_words_for_a_patient_that_begin_like_an_order_reach_him_or_are_one_tap_away(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    at_once = {
        "es": ("más", "respuesta de su seguro: sí"),  # no list is open of which there could be more
        "en": ("more", "reply from your insurer: yes"),
    }
    for sentence in at_once[language]:
        await me.say(sentence)
        await luz.hears(sentence)
    after_a_tap = {
        "es": (("buscar otra opción sería bueno", "not_sent"), ("recordar que venga en ayunas", "when")),
        "en": (("search otra opción sería bueno", "not_sent"), ("remind her to come fasting", "when")),
    }
    for sentence, asked in after_a_tap[language]:
        await me.say(sentence)
        echo = await me.hears(words[asked])
        await silent(desk, luz)
        await me.tap(words["to_patient"], echo)
        await luz.hears(sentence)


# ------------------------------------------------------------------------------------------------- canned replies


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_a_canned_reply_goes_out_in_the_patients_language(
    desk: Product, language: str, channel: str
) -> None:
    words, me = WORDS[language], consultant(desk.box, channel)
    luz = patient(desk.box, OTHER[channel], language="es")
    await held(desk, luz, me, 1, language)
    await me.say("/r HORARIO" if language == "es" else "/r opening hours")
    answer = await luz.hears("La oficina abre")
    assert ("Ana Ruiz" if channel == "telegram" else "Bruno Díaz") in answer.header + answer.text
    await me.hears("La oficina abre")
    await desk.settle()
    await me.say(f"{words['history']} 1")
    await me.hears(": La oficina abre")


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_canned_replies_are_listed_read_and_then_sent_and_none_of_several_is_sent_unread(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    await me.say("/r")
    listed = await me.hears("r hor" if language == "es" else "r hours")
    assert len(listed.options) <= (10 if channel == "whatsapp" else 11)
    assert "Opening hours" in listed.text
    assert "Horario" in listed.text
    await me.tap(0, listed)
    shown = await me.hears(lambda bubble: any(option.title == words["send"] for option in bubble.options))
    await silent(desk, luz)
    await me.tap(words["send"], shown)
    await luz.hears(lambda bubble: bubble.text.splitlines()[-1] in shown.text)
    await me.tap(words["send"], shown)
    await silent(desk, luz)
    for several in ("r tele", "r o"):
        await me.say(several)
        await me.hears(words["several"])
    await me.say("/r nada de esto")
    await me.hears(words["none"])
    await silent(desk, luz)


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_with_two_cases_she_is_asked_whom_the_canned_reply_is_for(
    desk: Product, language: str, channel: str
) -> None:
    me, luz, rosa = (
        consultant(desk.box, channel),
        patient(desk.box, "telegram"),
        patient(desk.box, "whatsapp", name="Rosa"),
    )
    await held(desk, luz, me, 1, language)
    await held(desk, rosa, me, 2, language)
    await me.say(f"r {WORDS[language]['hours']}")
    asked = await me.hears(lambda bubble: [o.title[:2] for o in bubble.options] == ["#1", "#2"])
    await me.tap(0, asked)
    await me.hears(said(desk, "desk.writing.waits", language, case="1"))  # five seconds to take it back
    await later(desk, seconds=5)
    await luz.hears("La oficina abre")
    await silent(desk, rosa)


# ------------------------------------------------------------------------------------------------------ reminders


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_a_reminder_comes_once_at_its_time_with_its_case(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    await me.say(
        "recuérdame en 2 horas llamar a su hija"
        if language == "es"
        else "remind me in 2 hours llamar a su hija"
    )
    kept = await me.hears("llamar a su hija")
    assert "Los " in kept.text
    desk.box.clock.advance(hours=1, minutes=58)
    assert not any(words["asked"] in bubble.text for bubble in me.bubbles)
    desk.box.clock.advance(minutes=3)
    due = await me.hears(words["asked"])
    assert "llamar a su hija" in due.text
    assert "1" in due.text
    assert [option.title for option in due.options] == [words["write"], words["close_button"]]
    await desk.settle()
    assert sum(words["asked"] in bubble.text for bubble in me.bubbles) == 1
    assert not any("hija" in bubble.text for bubble in luz.bubbles)


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_the_moment_is_said_in_words_and_a_tap_forgets_it(
    desk: Product, language: str, channel: str
) -> None:
    words, me = WORDS[language], consultant(desk.box, channel)
    await me.say(f"{words['remind']} revisar el correo")
    kept = await me.hears("revisar el correo")
    assert words["reminded"] in kept.text
    assert "9:00" in kept.text
    await me.tap(words["forget"], kept)
    await me.hears(words["forgotten"])
    desk.box.clock.advance(hours=48)
    await desk.settle()
    assert not any(words["asked"] in bubble.text for bubble in me.bubbles)


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_without_a_moment_she_is_asked_and_may_tap_or_type_it(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    sentence = "recordar llamar a la aseguradora" if language == "es" else "remind me llamar a la aseguradora"
    await me.say(sentence)
    asked = await me.hears(words["when"])
    if channel == "telegram":
        await me.tap(words["hour"], asked)
    else:
        await me.say(words["tomorrow"])
    kept = await me.hears("llamar a la aseguradora")
    assert words["when"] not in kept.text
    await me.say(words["pending"])
    await me.hears(lambda bubble: "aseguradora" in bubble.text and bubble.id != kept.id)
    await desk.settle()
    assert not any(re.search(r"aseguradora|\b4\b", bubble.text) for bubble in luz.bubbles)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_reminder_behind_her_closed_window_waits_for_her(desk: Product, language: str) -> None:
    words, bruno, luz = WORDS[language], consultant(desk.box, "whatsapp"), patient(desk.box, "telegram")
    await held(desk, luz, bruno, 1, language)
    await bruno.say("recuérdame en 2 días llamar" if language == "es" else "remind me in 2 days llamar")
    await bruno.hears("llamar")
    await bruno.say("recuérdame en 2 días #1 pagar" if language == "es" else "remind me in 2 days #1 pagar")
    await bruno.hears("pagar")
    desk.box.clock.advance(hours=73)
    await bruno.hears(lambda bubble: bool(bubble.template))
    await held_back(desk, 2)
    await bruno.say(words["cases"])

    def reminded(wanted: str) -> list[str]:
        return [b.text for b in bruno.bubbles if words["asked"] in b.text and wanted in b.text]

    for _ in range(100):
        if reminded("llamar") and reminded("pagar"):
            break
        await asyncio.sleep(0.1)
    await desk.settle()
    assert len(reminded("llamar")) == 1
    assert len(reminded("pagar")) == 1


# ------------------------------------------------------------------------------------------------------- outcomes


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_the_outcome_is_one_tap_after_closing_and_can_be_changed(
    desk: Product, language: str, channel: str
) -> None:
    words, me, luz = WORDS[language], consultant(desk.box, channel), patient(desk.box, "telegram")
    await held(desk, luz, me, 1, language)
    await me.say(words["close"])
    closed = await me.hears(lambda bubble: len(bubble.options) == 5)
    assert (await case_row(desk, 1)).closed_at
    await me.tap(words["booked"], closed)
    await me.hears("1")
    await me.tap(words["answered"], closed)
    await me.hears(words["answered_word"])
    await desk.settle()
    assert (await case_row(desk, 1)).outcome == "answered"
    told = [entry.body["outcome"] for entry in await entries(desk, 1) if entry.kind == "outcome"]
    assert told == ["booked", "answered"]
    await me.tap(words["answered"], closed)
    await desk.settle()
    assert len([entry for entry in await entries(desk, 1) if entry.kind == "outcome"]) == 2


# ----------------------------------------------------------------------------------------------------------- help


@pytest.mark.parametrize(("language", "channel"), BOTH)
async def test_help_comes_in_pages_that_fit_a_bubble(desk: Product, language: str, channel: str) -> None:
    words, me = WORDS[language], consultant(desk.box, channel)
    await me.say(words["help"])
    page = await me.hears(lambda bubble: bool(bubble.options))
    pages = [page]
    while page.options:
        assert len(page.text) <= 1024
        await me.tap(words["more"].capitalize(), page)
        page = await me.hears(lambda bubble: bubble.text != pages[-1].text)
        pages.append(page)
    assert len(pages) == 4
