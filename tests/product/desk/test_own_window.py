"""A consultant's own 24 hours on WhatsApp: announced, opened anew by a tap, and got round when they are over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.staff import ANA, BRUNO, office_of, staffed
from tests.product.people import consultant, patient
from tests.product.test_handoff import taken_case

BOTH = "whatsapp:+525500000104"
SAID = {
    "es": ("solo me deja escribirle hasta", "Seguir aquí", "Listo"),
    "en": ("only until", "Stay reachable", "Done"),
}


@pytest.mark.parametrize("language", ["es", "en"])
async def test_it_is_announced_once_and_a_tap_opens_it_anew(
    box: Sandbox, database_url: str, tmp_path: Path, language: str
) -> None:
    warning, button, done = SAID[language]
    people = [{**BRUNO, "languages": [language]}]
    async with staffed(box, database_url, office_of(tmp_path, people, on_call=[])) as product:
        bruno = consultant(product.box, "whatsapp")
        await product.settle()
        product.box.clock.advance(hours=21)
        await bruno.say("casos" if language == "es" else "cases")
        await bruno.hears(lambda bubble: True)
        product.box.clock.advance(hours=21, minutes=30)
        await no_warning(bruno, warning)
        product.box.clock.advance(hours=1)
        warned = await bruno.hears(warning)
        await product.settle()
        assert sum(warning in bubble.text for bubble in bruno.bubbles) == 1
        await bruno.tap(button, warned)
        await bruno.hears(done)
        product.box.clock.advance(hours=2)
        await no_warning(bruno, warning)


async def no_warning(bruno, warning: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AssertionError):
        await bruno.hears(warning, within=1.5)


@pytest.fixture
async def two_chats(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """Ana has Telegram and WhatsApp."""
    people = [{**ANA, "whatsapp": "+525500000104"}]
    async with staffed(box, database_url, office_of(tmp_path, people)) as product:
        yield product


async def test_who_can_be_written_to_elsewhere_is_not_bothered_and_forwards_go_there(
    two_chats: Product,
) -> None:
    product = two_chats
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    mobile = product.box.twilio.user(BOTH, "Ana")
    await luz.say("quiero hablar con una persona")
    await ana.hears("Caso 1")
    await mobile.say("tomar 1")
    await mobile.hears("quiero hablar")
    await luz.say("¿me oye?")
    await mobile.hears("me oye")
    product.box.clock.advance(hours=23)
    await no_warning(mobile, SAID["es"][0])
    product.box.clock.advance(hours=2)
    await luz.say("¿sigue ahí?")
    await ana.hears("sigue ahí")
    assert not any("sigue ahí" in bubble.text or bubble.template for bubble in mobile.bubbles)


async def test_with_no_other_chat_a_template_asks_her_and_the_words_follow(product: Product) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    await bruno.say("con gusto")
    await luz.hears("con gusto")
    await product.settle()
    product.box.clock.advance(hours=25)
    await luz.say("¿sigue ahí?")
    await luz.say("hola")
    await bruno.hears(lambda bubble: bool(bubble.template))
    await product.settle()
    assert sum(bool(bubble.template) for bubble in bruno.bubbles) == 1
    await bruno.say("casos")
    assert "hola" in (await bruno.hears("sigue ahí")).text


async def test_words_that_waited_for_her_are_dropped_when_the_case_is_somebody_elses(
    product: Product,
) -> None:
    luz, bruno = await taken_case(product, "telegram", "whatsapp")
    await product.settle()
    product.box.clock.advance(hours=25)
    await luz.say("un secreto")
    await bruno.hears(lambda bubble: bool(bubble.template))
    await product.settle()
    ana = consultant(product.box, "telegram")
    await ana.say("relevar 1")
    await ana.hears("un secreto")
    await product.settle()
    await bruno.say("casos")
    await product.settle()
    assert not any("un secreto" in bubble.text for bubble in bruno.bubbles)
