"""Files in the chat: taken in as they come, acknowledged once, refused with what to do; the list and the checklist."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.desk.fetching import ATTEMPTS, LEASE
from bot.privacy import consent
from bot.store.tables import Case, Conversation, Message, StoredFile
from tests.product.conftest import Product
from tests.product.journeys.people import said
from tests.product.journeys.records import LINK, records, taken_in
from tests.product.people import consultant, patient
from tests.product.quiet import look, silent
from tests.records.files import JPEG, PAGE, PDF, PROGRAM

CHANNELS = ("whatsapp", "telegram")


async def document(
    person: Any, name: str, content: bytes = PDF, content_type: str = "application/pdf"
) -> None:
    await person.send_document(content, content_type=content_type, name=name)


async def consents(product: Product) -> None:
    """Everybody agreed before."""
    services = product.puente.services
    async with services.database.session() as session:
        for conversation in await session.scalars(select(Conversation).where(Conversation.role == "patient")):
            await consent.give(services, session, conversation)


async def consenting(product: Product, channel: str) -> Any:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, channel)
    await luz.say("¿cuánto cuesta?")
    await luz.hears(lambda bubble: True)
    await consents(product)
    return luz


@pytest.mark.parametrize("channel", CHANNELS)
async def test_several_files_are_acknowledged_once(product: Product, channel: str) -> None:
    luz = await consenting(product, channel)
    for name in ("eco.pdf", "sangre.pdf"):
        await document(luz, name)
    for _ in range(2):
        await luz.send_photo(JPEG, content_type="image/jpeg")
    await taken_in(product, 4)
    await silent(product, luz)  # more may be coming
    product.box.clock.advance(seconds=9)
    told = await luz.hears("Recibí")
    assert "4 archivos: eco.pdf, sangre.pdf, foto 1 y foto 2" in told.text
    assert "caso 1" in told.text
    assert "¿Qué es «eco.pdf»?" in told.text
    await product.settle()
    product.box.clock.advance(seconds=20)
    await look(product)
    assert [bubble.text for bubble in luz.bubbles if "Recibí 4" in bubble.text] == [told.text]


async def test_in_english_too(product: Product) -> None:
    luz = patient(product.box, "telegram", "en")
    await document(luz, "report.pdf")
    await taken_in(product, 1)
    product.box.clock.advance(seconds=9)
    told = await luz.hears("I received one file: report.pdf")
    assert "72 hours" in told.text
    assert "Yes, I agree" in [option.title for option in told.options]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_refused_files_are_answered_with_the_page(product: Product, channel: str) -> None:
    luz = await consenting(product, channel)
    await document(luz, "visor.pdf", PROGRAM)
    await document(luz, "estudio.pdf", PAGE)
    await taken_in(product, 2)
    product.box.clock.advance(seconds=9)
    told = await luz.hears("programa")
    assert "página web" in told.text
    assert LINK.search(told.text)
    assert "su caso" not in told.text  # nothing came that anybody must look at
    await look(product)
    async with product.puente.services.database.session() as session:
        assert (await session.scalars(select(Case))).all() == []
        assert (await session.scalars(select(StoredFile))).all() == []


async def test_what_telegram_will_not_give_is_asked_for_by_the_page(product: Product) -> None:
    luz = await consenting(product, "telegram")
    await document(luz, "tac.pdf", PDF + bytes(21 * 1024 * 1024))
    await taken_in(product, 1)
    product.box.clock.advance(seconds=9)
    told = await luz.hears("demasiado grande")
    assert LINK.search(told.text)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_bare_picture_out_of_nowhere_still_goes_to_a_person(product: Product, channel: str) -> None:
    luz, ana = patient(product.box, channel), consultant(product.box, "telegram")
    await luz.send_photo(JPEG, content_type="image/jpeg")
    assert "Yo solo puedo leer texto" in (await luz.hears("Recibí")).text
    await ana.hears("Caso 1")
    assert len(await records(product)) == 1  # and is there for whoever takes the case


@pytest.mark.parametrize("channel", CHANNELS)
async def test_words_that_come_with_a_file_are_answered(product: Product, channel: str) -> None:
    luz = await consenting(product, channel)
    if channel == "telegram":
        await luz.send_document(
            PDF, content_type="application/pdf", name="eco.pdf", caption="¿cuánto cuesta?"
        )
    else:
        await document(luz, "eco.pdf")
        await luz.say("¿cuánto cuesta?")
    await luz.hears(said(product, "answer.ask_cost", "es"))
    await taken_in(product, 1)
    product.box.clock.advance(seconds=9)
    await luz.hears("Recibí un archivo: eco.pdf")


async def test_without_consent_it_is_kept_for_72_hours(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await document(luz, "eco.pdf")
    await taken_in(product, 1)
    product.box.clock.advance(seconds=9)
    await luz.hears("72 horas")
    product.box.clock.advance(hours=71, minutes=59)
    await look(product)
    assert len(await records(product)) == 1
    product.box.clock.advance(minutes=2)
    await look(product)
    assert await records(product) == []
    async with product.puente.services.database.session() as session:
        assert (await session.scalars(select(StoredFile))).all() == []
        (message,) = await session.scalars(select(Message).order_by(Message.id.desc()).limit(1))
    assert [one["kind"] for one in message.body["attachments"]] == ["other"]


async def test_a_yes_keeps_it_however_it_is_typed(product: Product) -> None:
    people = {
        yes: product.box.telegram.user(5101 + number, "Luz", language_code="es")
        for number, yes in enumerate(("Sí, de acuerdo", "1", "sí"))
    }
    for luz in people.values():
        await document(luz, "eco.pdf")
    await taken_in(product, len(people))
    product.box.clock.advance(seconds=9)
    for yes, luz in people.items():
        await luz.hears("Los Ángeles")
        await product.settle()
        await luz.say(yes)
        await luz.hears("REVOCAR")
    product.box.clock.advance(hours=73)
    await look(product)
    assert [record.expires_at for record in await records(product)] == [None] * len(people)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_the_checklist_is_ticked_by_taps(product: Product, channel: str) -> None:
    luz = await consenting(product, channel)
    await document(luz, "uno.pdf")
    await document(luz, "dos.pdf")
    await taken_in(product, 2)
    product.box.clock.advance(seconds=9)
    await luz.hears("¿Qué es «uno.pdf»?")
    await luz.say("1")  # by number as well: the clinical summary
    second = await luz.hears("¿Qué es «dos.pdf»?")
    assert "Anotado: Resumen clínico" in second.text
    await luz.tap("Análisis de sangre", second)
    ticked = await luz.hears("Anotado: Análisis de sangre")
    assert "Resumen clínico o carta de su médico: ya está" in ticked.text
    assert "Lista de medicinas: falta" in ticked.text
    assert [record.item for record in await records(product)] == ["summary", "blood"]


@pytest.mark.parametrize("language", ["es", "en"])
async def test_what_have_i_sent(product: Product, language: str) -> None:
    luz = patient(product.box, "whatsapp", language)
    ask = {"es": "¿Qué les he mandado?", "en": "What have I sent you?"}[language]
    await luz.say(ask)
    await luz.hears({"es": "Todavía no tengo", "en": "no files of yours"}[language])
    await document(luz, "eco.pdf")
    await taken_in(product, 1)
    await luz.say(ask)
    listed = await luz.hears("1. eco.pdf · 1 KB")
    assert len([line for line in listed.text.splitlines() if "eco.pdf" in line]) == 1


async def test_a_question_that_waits_for_its_answer_stays_answerable(product: Product) -> None:
    """The acknowledgement has no buttons of its own then: a typed "1" is still the answer to what was asked."""
    product.rasa.label_of = lambda text: "nlu_fallback"
    luz = patient(product.box, "telegram")
    await luz.say("mmm")
    asked = await luz.hears(lambda bubble: bool(bubble.options))
    await document(luz, "eco.pdf")
    await taken_in(product, 1)
    product.box.clock.advance(seconds=9)
    told = await luz.hears("Recibí un archivo")
    assert told.options == ()
    await luz.say("1")
    assert asked.options
    await luz.hears("El costo")


async def test_in_a_quiet_time_nothing_of_this_speaks(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await product.settle()
    await document(luz, "eco.pdf")
    await taken_in(product, 1)
    product.box.clock.advance(seconds=9)
    await look(product)
    assert not any("eco.pdf" in bubble.text for bubble in luz.bubbles)


async def test_a_blocked_contact_leaves_nothing(product: Product) -> None:
    luz = await consenting(product, "telegram")
    async with product.puente.services.database.session() as session:
        for conversation in await session.scalars(select(Conversation).where(Conversation.role == "patient")):
            conversation.blocked_at = product.box.clock.now()
    await document(luz, "eco.pdf")
    await product.settle()
    assert await records(product) == []


async def test_a_file_that_a_fault_of_ours_keeps_away_is_given_up_after_six_attempts_and_that_is_told(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    luz = await consenting(product, "telegram")
    tried: list[object] = []

    async def fails(attachment: object) -> bytes:
        tried.append(attachment)
        raise ZeroDivisionError

    monkeypatch.setattr(product.puente.services.channels["telegram"], "fetch", fails)
    await document(luz, "eco.pdf")
    for attempt in range(1, ATTEMPTS + 1):
        for _ in range(200):
            if len(tried) == attempt:
                break
            await asyncio.sleep(0.05)
        assert len(tried) == attempt
        if attempt < ATTEMPTS:
            assert [record.state for record in await records(product)] == ["fetching"]
        product.box.clock.advance(seconds=LEASE.total_seconds() + 3)
    await luz.hears(said(product, "records.refused.gone", "es", name="eco.pdf"))
    await look(product)
    assert [record.state for record in await records(product)] == ["refused"]
    assert len(tried) == ATTEMPTS
