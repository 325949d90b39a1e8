"""When the assistant is turned off, and when a contact is blocked: who still hears what."""

import pytest
from sqlalchemy import select

from bot.desk import switches
from bot.store.tables import Consultant
from tests.product.conftest import Product
from tests.product.desk.patient_side import (
    COST,
    EVERY_WAY,
    PERSON,
    block,
    closed_case,
    kinds,
    label_of,
    offered,
    said,
    stored,
    taken_case,
    waiting_case,
)
from tests.product.people import consultant, patient
from tests.product.quiet import silent


async def turn_off(product: Product) -> None:
    product.rasa.label_of = label_of
    services = product.puente.services
    async with services.database.session() as session:
        somebody = (await session.scalars(select(Consultant).limit(1))).one()
        await switches.turn_on(services, session, switches.ASSISTANT_OFF, somebody.id)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_with_the_assistant_off_every_message_is_for_a_person_and_one_line_says_so(
    product: Product, channel: str, language: str
) -> None:
    await turn_off(product)
    luz, ana = patient(product.box, channel, language), consultant(product.box, "telegram")
    await luz.say(COST[language])
    assert said(product, "handoff.assistant_off", language, case="1") in (await luz.hears("1")).text
    card = await offered(ana)
    await luz.say(COST[language])
    await silent(product, luz)
    assert (await kinds(product)).count("message") == 2
    product.box.clock.advance(hours=13)
    await luz.say(COST[language])
    await luz.hears(said(product, "handoff.assistant_off", language, case="1"))
    assert not product.rasa.asked
    await ana.tap("Tomar", card)
    await luz.hears("Ana Ruiz")
    await luz.say("zanahoria")
    await ana.hears("zanahoria")


async def test_with_the_assistant_off_a_voice_note_joins_the_case_too(product: Product) -> None:
    await turn_off(product)
    luz, ana = patient(product.box, "whatsapp"), consultant(product.box, "telegram")
    await luz.send_voice(b"OggS hello", content_type="audio/ogg")
    told = await luz.hears("pausa")
    assert "solo puedo leer texto" not in told.text
    await offered(ana)


async def test_with_the_assistant_and_rasa_off_it_is_told_at_once(product: Product) -> None:
    await turn_off(product)
    product.rasa.down = True
    luz = patient(product.box, "telegram")
    await luz.say("hola")
    await luz.hears("pausa")


async def test_with_the_assistant_off_safety_is_as_ever(product: Product) -> None:
    await turn_off(product)
    luz, rosa = patient(product.box, "telegram"), patient(product.box, "whatsapp", name="Rosa")
    await luz.say("mi papá no puede respirar")
    assert (await luz.hears("911", within=2)).text.startswith("Llame")
    product.rasa.label_of = lambda text: "emergency"  # what only the model sees
    await rosa.say("algo muy raro le pasa a mi bebé desde hace un rato")
    assert "Llame al 911" in (await rosa.hears("911")).text


async def test_with_the_assistant_off_stop_is_as_ever(product: Product) -> None:
    await turn_off(product)
    luz = patient(product.box, "whatsapp")
    await luz.say("BAJA")
    await luz.hears("ya no le escribiremos")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_case_closed_with_the_assistant_off_promises_no_assistant(
    product: Product, language: str
) -> None:
    luz, ana = await taken_case(product, "telegram", language)
    await turn_off(product)
    word = "asistente" if language == "es" else "back to the assistant"
    await luz.say(word)  # cannot be had now: her words go to the consultant
    await ana.hears(word)
    await ana.say("cerrar")
    await luz.hears(said(product, "handoff.closed_off", language, case="1"))


async def test_a_message_after_a_closing_opens_the_case_again_with_the_assistant_off(
    product: Product,
) -> None:
    luz, ana, _ = await closed_case(product, "telegram", "es")
    await turn_off(product)
    await luz.say(COST["es"])
    told = (await luz.hears("pausa")).text
    assert said(product, "handoff.reopened", "es", case="1") in told
    await offered(ana)


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_who_is_blocked_hears_nothing_and_reaches_nobody(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, _ = await closed_case(product, channel, language)
    await block(product, channel)
    for words in (COST[language], PERSON[language], "asistente", "👍"):
        await luz.say(words)
    await silent(product, luz, ana)
    assert not product.rasa.asked[1:]  # since the words that opened the case


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_red_flag_of_who_is_blocked_is_answered_and_paged_and_reaches_its_taker(
    product: Product, channel: str
) -> None:
    luz, ana, _ = await closed_case(product, channel, "es")
    await block(product, channel)
    await luz.say("mi papá no puede respirar")
    await luz.hears("911", within=2)
    page = await ana.hears("URGENTE")
    await luz.hears(said(product, "safety.notified", "es"))
    await luz.say("¿siguen ahí?")
    await silent(product, luz)
    await ana.tap("Tomar", page)
    await luz.hears("Ana Ruiz")
    await luz.say("ya viene la ambulancia")
    await ana.hears("ambulancia")


async def test_stop_of_who_is_blocked_is_honoured_and_answered_once(product: Product) -> None:
    luz, _, _ = await waiting_case(product, "whatsapp", "es")
    await block(product, "whatsapp")
    await luz.say("BAJA")
    await luz.hears("ya no le escribiremos")
    await luz.say("hola")
    await silent(product, luz)
    assert (await stored(product))[0].closed_at is None
