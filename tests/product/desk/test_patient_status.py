"""«¿Cómo va mi caso?» is answered from the thread, and only to who has it."""

import re

import pytest

from bot.store.tables import Case
from tests.product.conftest import Product
from tests.product.desk.patient_side import (
    EVERY_WAY,
    STATUS,
    closed_case,
    label_of,
    said,
    stored,
    taken_case,
    waiting_case,
)
from tests.product.people import patient
from tests.product.quiet import silent
from tests.product.test_hours import night  # noqa: F401  (a fixture)

BUTTON = {"es": "¿Cómo va mi caso?", "en": "status of my case"}


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_waiting_case_tells_its_number_since_when_and_that_the_office_knows(
    product: Product, channel: str, language: str
) -> None:
    luz, _, _ = await waiting_case(product, channel, language)
    product.box.clock.advance(days=1)
    await luz.say(STATUS[language])
    told = (await luz.hears("abierto desde ayer" if language == "es" else "open since yesterday")).text
    assert "1" in told
    assert ("tiene el aviso" if language == "es" else "has had the notification") in told


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_taken_case_tells_who_has_it_and_who_wrote_last(
    product: Product, channel: str, language: str
) -> None:
    luz, ana = await taken_case(product, channel, language)
    await ana.say("le aviso mañana")
    await luz.hears("le aviso")
    product.box.clock.advance(days=1)
    await luz.say(BUTTON[language])
    told = (await luz.hears("Ana Ruiz")).text
    assert ("le escribieron ayer" if language == "es" else "wrote to you yesterday") in told
    assert (await ana.hears(BUTTON[language])).header  # and she sees that she was asked


async def test_other_words_about_a_taken_case_are_for_its_holder_alone(product: Product) -> None:
    luz, ana = await taken_case(product, "telegram", "es")
    await luz.say(STATUS["es"])
    await ana.hears(STATUS["es"])
    await silent(product, luz)


async def test_a_case_given_back_says_so(product: Product) -> None:
    luz, ana = await taken_case(product, "whatsapp", "es")
    await ana.say("soltar")
    await luz.hears("automático")
    await product.settle()
    await luz.say(STATUS["es"])
    assert "lo dejó hoy" in (await luz.hears("espera")).text


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_closed_case_tells_when_and_how_and_offers_a_person(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, _ = await closed_case(product, channel, language)
    async with product.puente.services.database.session() as session:
        (await session.get_one(Case, 1)).outcome = "referred"
    product.box.clock.advance(hours=80)
    await luz.say(STATUS[language])
    told = await luz.hears(said(product, "case.status.outcome.referred", language))
    assert ("se cerró el" if language == "es" else "was closed on") in told.text
    assert told.options
    await silent(product, ana)
    assert (await stored(product))[0].closed_at


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_another_sender_who_names_a_number_learns_nothing(
    product: Product, channel: str, language: str
) -> None:
    await waiting_case(product, "telegram" if channel == "whatsapp" else "whatsapp", "es")
    rosa = patient(product.box, channel, language, name="Rosa")
    for number, numbers in (("1", {"911"}), ("77", set())):  # that of the introduction, which comes once
        await rosa.say(
            f"¿cómo va el caso {number}?" if language == "es" else f"any news on case number {number}?"
        )
        told = await rosa.hears(said(product, "case.status.not_here", language))
        own_words = re.sub(r"https?://\S+", "", told.text)  # without the notice's address
        assert set(re.findall(r"\d+", own_words)) == numbers
        assert told.options


async def test_a_strange_number_beside_an_own_case_gets_the_own_one_only(product: Product) -> None:
    luz, _, _ = await waiting_case(product, "telegram", "es")
    await luz.say("¿y el caso 77?")
    told = (await luz.hears("De ese número")).text
    assert "Su caso 1 " in told
    assert "77" not in told


async def test_somebody_without_a_case_is_offered_a_person(product: Product) -> None:
    product.rasa.label_of = label_of
    luz = patient(product.box, "telegram")
    await luz.say(STATUS["es"])
    assert (await luz.hears("No encuentro")).options


async def test_at_night_it_tells_when_the_office_opens(night: Product) -> None:  # noqa: F811
    night.rasa.label_of = label_of
    luz = patient(night.box, "telegram")
    await luz.say("quiero hablar con una persona")
    await luz.hears("cerrada")
    await luz.say(STATUS["es"])
    assert "abre hoy a las 9:00" in (await luz.hears("Su caso 1 está abierto")).text
