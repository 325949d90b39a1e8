"""«estado» / «status»: in the middle of anything, honest in danger, right among several cases."""

import pytest

from tests.product.conftest import Product
from tests.product.desk.patient_side import EVERY_WAY, closed_case, label_of, said, waiting_case
from tests.product.desk.staff import EMERGENCY
from tests.product.people import patient

WORD = {"es": "Estado", "en": "status"}


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_one_word_tells_how_a_case_stands_that_waits_or_that_a_consultant_has(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, card = await waiting_case(product, channel, language)
    await luz.say(WORD[language])
    told = await luz.hears("Su caso 1 está abierto" if language == "es" else "Your case 1 has been open")
    assert "911" not in told.text
    assert product.rasa.asked[-1][1] == "/case_status"  # as the button: a form goes on after it
    await ana.tap("Tomar", card)
    await luz.hears(said(product, "handoff.taken", language, consultant="Ana Ruiz"))
    await product.settle()
    await luz.say(WORD[language])
    await luz.hears("Lo lleva Ana Ruiz" if language == "es" else "Ana Ruiz, from the office, has had it")
    await ana.hears(WORD[language])


async def test_in_danger_that_nobody_has_taken_it_says_whom_to_call(product: Product) -> None:
    product.rasa.label_of = label_of
    luz = patient(product.box, "telegram")
    await luz.say(EMERGENCY)
    await luz.hears("911")
    for words in ("estado", "caso 1", "¿cómo va mi caso?"):
        await product.settle()
        luz.catch_up()
        await luz.say(words)
        told = await luz.hears(said(product, "case.status.danger", "es"))
        assert "Su caso 1 está abierto" in told.text, words
        assert not told.options, words


async def test_each_of_several_closed_cases_is_told_by_its_number_and_without_one_a_person_is_offered(
    product: Product,
) -> None:
    rosa = patient(product.box, "whatsapp", name="Rosa")
    await rosa.say("ESTADO")
    assert (await rosa.hears(said(product, "case.status.none", "es"))).options
    luz, ana, _ = await closed_case(product, "telegram", "es")
    product.box.clock.advance(hours=80)
    await luz.say("quiero hablar con una persona por favor")
    card = await ana.hears("Caso 2")
    await ana.tap("Tomar", card)
    await luz.hears("Ana Ruiz")
    await ana.say("cerrar")
    await luz.hears("Su caso 2 quedó cerrado")
    product.box.clock.advance(hours=80)
    for words, number in (("estado 1", "1"), ("caso 2", "2"), ("estado", "2"), ("¿cómo va mi caso 1?", "1")):
        await luz.say(words)
        told = (await luz.hears("se cerró")).text
        assert f"Su caso {number} se cerró" in told, words
    await luz.say("estado 77")
    await luz.hears("De ese número")
