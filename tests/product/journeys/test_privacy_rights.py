"""MIS DATOS and REVOCAR, at any moment: in words, as a file, to the chat that it is about."""

import re

import pytest
from sqlalchemy import select

from bot.privacy import consent
from bot.store.tables import Conversation
from tests.product.conftest import Product
from tests.product.people import PATIENT_WHATSAPP, consultant, patient
from tests.product.quiet import silent

CHANNELS = ("whatsapp", "telegram")


async def agree(product: Product) -> None:
    """Every patient of the test has given consent."""
    services = product.puente.services
    async with services.database.session() as session:
        for chat in await session.scalars(select(Conversation).where(Conversation.role == "patient")):
            await consent.give(services, session, chat)


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_my_data_is_told_in_words_and_as_a_file(product: Product, channel: str, language: str) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = patient(product.box, channel, language), consultant(product.box, "telegram")
    await luz.say({"es": "zanahoria, quiero una persona", "en": "carrots, I want a person please"}[language])
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await product.settle()
    ana.catch_up()
    await luz.say({"es": "Mis datos", "en": "MY DATA"}[language])
    sent = await luz.hears(lambda bubble: bubble.file is not None)
    told = await luz.hears("Luz")
    assert "Ana Ruiz" in told.text
    assert {"es": "ninguno en vigor", "en": "none in force"}[language] in told.text
    assert sent.file.content.startswith(b"%PDF-")
    assert {"es": b"zanahoria", "en": b"carrots"}[language] in sent.file.content
    await silent(product, ana)


async def test_who_wants_no_messages_gets_no_notice_and_may_still_have_a_copy(product: Product) -> None:
    luz = patient(product.box, "telegram")
    await luz.say("BAJA")
    assert "MIS DATOS" not in (await luz.hears("ALTA")).text
    await luz.say("mis datos")
    await luz.hears(lambda bubble: bubble.file is not None)
    await luz.hears("guardamos de este chat")


async def test_a_copy_tells_nothing_of_another_chat(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz, other = patient(product.box, "telegram"), patient(product.box, "whatsapp", name="Otra")
    await other.say("berenjena, ¿cuánto cuesta?")
    await other.hears("costo")
    await luz.say("mis datos")
    sent = await luz.hears(lambda bubble: bubble.file is not None)
    assert "Otra" not in (await luz.hears("guardamos")).text
    assert b"berenjena" not in sent.file.content


@pytest.mark.parametrize(("channel", "word"), [("whatsapp", "REVOCAR"), ("telegram", "revoke")])
async def test_consent_is_taken_back_by_a_word_and_the_holder_learns_it(
    product: Product, channel: str, word: str
) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = patient(product.box, channel), consultant(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await agree(product)
    await luz.say(word)
    await luz.hears(lambda bubble: "permiso" in bubble.text or "permission" in bubble.text)
    await ana.hears("permiso")
    await luz.say(word)
    await luz.hears(lambda bubble: "no lo ha dado" in bubble.text or "given none" in bubble.text)


# --- perhaps another person ------------------------------------------------------------------------------------


async def after_a_case(product: Product, channel: str) -> None:
    """Luz had a case; it is closed."""
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = patient(product.box, channel), consultant(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await ana.say("cerrar")
    await ana.hears("cerrado")
    await product.settle()
    luz.catch_up(), ana.catch_up()


@pytest.mark.parametrize("channel", CHANNELS)
async def test_after_ninety_silent_days_nothing_is_shown_until_a_consultant_confirms(
    product: Product, channel: str
) -> None:
    await after_a_case(product, channel)
    luz, ana = patient(product.box, channel), consultant(product.box, "telegram")
    product.box.clock.advance(days=91)
    product.rasa.label_of = lambda text: "case_status"
    await luz.say("¿cómo va mi caso?")
    doubt = await luz.hears("no muestro nada")
    number = re.findall(r"es el caso (\d+)", doubt.text)[0]
    card = await ana.hears("confirmar")
    await ana.tap("Tomar", card)
    await luz.hears("Ana")
    await luz.say("mis datos")
    await luz.hears("no muestro nada")
    await ana.say(f"confirmar {number}")
    await ana.hears("confirmado")
    await luz.hears("confirmarlo")
    await luz.say("mis datos")
    await luz.hears("guardamos de este chat")


async def test_a_number_with_another_person_behind_it_shows_nothing(product: Product) -> None:
    await after_a_case(product, "whatsapp")
    product.rasa.label_of = lambda text: "case_status"
    stranger = product.box.twilio.user(PATIENT_WHATSAPP, "Otro", bsuid="whatsapp:MX.999")
    await stranger.say("¿cómo va mi caso?")
    told = await stranger.hears("no muestro nada")
    assert "Luz" not in told.text
    await stranger.say("borrar")
    await stranger.hears("no muestro nada")


async def test_the_same_person_the_next_day_is_not_doubted(product: Product) -> None:
    await after_a_case(product, "whatsapp")
    product.box.clock.advance(days=4)
    luz = patient(product.box, "whatsapp")
    await luz.say("mis datos")
    await luz.hears("guardamos de este chat")


async def test_confirm_with_nothing_in_doubt_is_a_word_for_the_patient(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("quiero una persona")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await ana.say("confirmar")
    await luz.hears("confirmar")
