"""A patient's closed window: what is written is kept, the patient asked once, and the consultant sees exactly that."""

from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.phones import shows
from tests.product.desk.staff import ANA, PERSON, office_of, staffed
from tests.product.people import consultant, patient
from tests.product.test_handoff import taken_case

SAID = {
    "es": {"take": "Tomar", "kept": "Guardé", "too": "También guardé", "out": "ya le mandé"},
    "en": {"take": "Take", "kept": "I kept", "too": "this message", "out": "I have now sent"},
}
LAST_OF_TEMPLATE = {"es": "hay respuesta", "en": "a reply"}  # tests/product/conftest.py


async def kept(product: Product, *texts: str) -> tuple[Any, Any]:
    """A day later Ana writes; nothing of it has reached Luz."""
    luz, ana = await taken_case(product, "whatsapp", "telegram")
    await product.settle()
    product.box.clock.advance(hours=25)
    luz.catch_up()
    for text in texts:
        await ana.say(text)
        await ana.hears("guardé")
    await product.settle()
    return luz, ana


@pytest.mark.parametrize("language", ["es", "en"])
async def test_it_is_kept_asked_once_and_goes_out_in_order_when_the_patient_answers(
    box: Sandbox, database_url: str, tmp_path: Path, language: str
) -> None:
    said = SAID[language]
    people = [{**ANA, "languages": [language, "es" if language == "en" else "en"]}]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        luz, ana = patient(product.box, "whatsapp", language), consultant(product.box, "telegram")
        ana.catch_up()
        await luz.say(PERSON[language])
        await ana.tap(said["take"], await ana.hears(lambda bubble: bool(bubble.options)))
        await ana.hears("Luz")
        await product.settle()
        luz.catch_up()
        product.box.clock.advance(hours=25)
        first = await ana.say("primero")
        notice = await ana.hears(said["kept"])
        assert notice.reply_to == first.id  # she sees which of her lines it is about
        await ana.say("segundo")
        await ana.hears(said["too"])
        await product.settle()
        await shows(luz, LAST_OF_TEMPLATE[language])
        assert [bool(bubble.template) for bubble in luz.phone.unheard()] == [True]
        luz.catch_up()
        await luz.say("dígame")
        await ana.hears(said["out"])
        await product.settle()
        await shows(luz, "segundo")
        words = [bubble.text.splitlines()[-1] for bubble in luz.phone.unheard()]
        assert words == ["primero", "segundo"]
        await luz.say("gracias")
        await product.settle()
        assert [bubble.text.splitlines()[-1] for bubble in luz.phone.unheard()] == words  # once


@pytest.mark.parametrize("answer", ["No, gracias.", "no thanks"])
async def test_a_no_keeps_the_words_from_the_patient_and_the_consultant_is_told(
    product: Product, answer: str
) -> None:
    luz, ana = await kept(product, "ya tengo respuesta")
    luz.catch_up()
    await luz.say(answer)
    await ana.hears("contestó que no")
    await luz.say("otra cosa")
    await ana.hears("otra cosa")
    await product.settle()
    assert not any("ya tengo respuesta" in bubble.text for bubble in luz.bubbles)
    await ana.say("entendido")
    await luz.hears("entendido")


async def test_after_72_hours_it_is_not_sent_any_more_and_she_is_told_once(product: Product) -> None:
    luz, ana = await kept(product, "una", "dos")
    product.box.clock.advance(hours=73)
    await ana.hears("72 horas")
    luz.catch_up()
    await luz.say("aquí estoy")
    await product.settle()
    assert not any(bubble.text.endswith(("una", "dos")) for bubble in luz.bubbles)
    assert sum("72 horas" in bubble.text for bubble in ana.bubbles) == 1


async def test_a_patient_on_telegram_has_no_window(product: Product) -> None:
    luz, ana = await taken_case(product, "telegram", "telegram")
    product.box.clock.advance(hours=30)
    await ana.say("buenos días")
    await luz.hears("buenos días")


async def test_a_template_that_fails_is_told(product: Product) -> None:
    _, ana = await taken_case(product, "whatsapp", "telegram")
    await product.settle()
    product.box.clock.advance(hours=25)
    product.box.twilio.faults.fail_later(63024, address="whatsapp:+5215500000123")
    await ana.say("ya tengo respuesta")
    await ana.hears("plantilla")
