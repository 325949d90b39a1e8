"""Records with the real Rasa: the wish in words, the buttons, and the yes to keeping what came."""

import asyncio

import pytest

from tests.product.conftest import Product
from tests.product.journeys.records import LINK, SEND, records
from tests.product.people import patient
from tests.records.files import PDF


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_wish_the_list_and_the_yes(whole: Product, language: str) -> None:
    luz = patient(whole.box, "telegram", language)
    await luz.say(SEND[language])
    offered = await luz.hears("/upload/")
    assert LINK.search(offered.text)
    await luz.tap({"es": "Mis archivos", "en": "My files"}[language], offered)
    await luz.hears({"es": "Todavía no tengo", "en": "no files of yours"}[language])
    await luz.send_document(PDF, content_type="application/pdf", name="eco.pdf")
    for _ in range(200):
        if [one.state for one in await records(whole)] == ["kept"]:
            break
        await asyncio.sleep(0.05)
    await whole.settle()
    whole.box.clock.advance(seconds=9)
    asked = await luz.hears("eco.pdf")
    await luz.tap({"es": "Sí, de acuerdo", "en": "Yes, I agree"}[language], asked)
    await luz.hears({"es": "REVOCAR", "en": "REVOKE"}[language])
