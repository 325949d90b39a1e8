"""«Llámenme»: from anywhere, read back, corrected, shown to who holds the case, and done by one word of hers."""

from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.desk.days import TUESDAY, advance_to, day, office_of_day
from tests.product.desk.staff import EMERGENCY, case_of, entries
from tests.product.journeys.people import said
from tests.product.people import consultant, patient
from tests.stub_rasa import SPECIAL

EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # each channel and each language once
CALL = {"es": "llámenme al 55 1234 5678 mañana a las 5", "en": "call me at 55 1234 5678 tomorrow at 5"}
SOON = {"es": "llámenme por favor", "en": "call me please"}
NUMBER = "+52 55 1234 5678"
NOTED = {"es": "Anoté que le llamen", "en": "noted that they should call"}


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the actions answer to a wish for a call, in the stand-in for Rasa."""
    monkeypatch.setitem(SPECIAL, "wish", [{"effect": "callback", "topic": "talk_to_human"}])


def label_of(text: str) -> str:
    return (
        "wish"
        if "lámenme" in text or "call me" in text
        else "ask_cost"
        if "cuesta" in text
        else "talk_to_human"
    )


async def asks(product: Product, channel: str, language: str, words: str) -> Any:
    product.rasa.label_of = label_of
    luz = patient(product.box, channel, language)
    await luz.say(words)
    return luz


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_number_and_time_are_read_back_and_kept_for_the_holder(
    product: Product, channel: str, language: str
) -> None:
    luz = await asks(product, channel, language, CALL[language])
    told = (await luz.hears(NOTED[language])).text
    assert NUMBER in told
    assert ("a las 17:00" if language == "es" else "at 5:00 pm") in told
    ana, other = consultant(product.box, "telegram"), consultant(product.box, "whatsapp")
    card = await ana.hears("Pide que le llamen")
    assert "1234" not in card.text  # a number joins nothing to nobody before the case is taken
    assert "hora del hospital: 15:00" in card.text
    await other.hears("Pide que le llamen")
    await ana.tap("Tomar", card)
    assert NUMBER in (await ana.hears("es suyo")).text
    case = await case_of(product)
    assert case.callback_number == "+525512345678"


async def test_on_whatsapp_the_number_is_known_and_the_button_is_enough(product: Product) -> None:
    luz = await asks(product, "whatsapp", "es", "quiero hablar con una persona")
    offered = await luz.hears("Su caso es el 1")
    await luz.tap("Llámenme", offered)
    assert "+52 55 0000 0123" in (await luz.hears(NOTED["es"])).text
    rosa = product.box.twilio.user("whatsapp:+5215500000124", "Rosa")
    await rosa.say(SOON["en"])
    assert "+52 55 0000 0124" in (await rosa.hears(NOTED["en"])).text


async def test_on_telegram_it_is_asked_for_and_shared_by_a_key(product: Product) -> None:
    luz = await asks(product, "telegram", "es", SOON["es"])
    asked = await luz.hears("¿a qué número")
    assert asked.options[0].wants == "contact"
    await luz.tap("Compartir mi número", asked)
    assert "+52 55 0000 0000" in (await luz.hears(NOTED["es"])).text
    await product.settle()
    assert (await case_of(product)).callback_number == "+525500000000"


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_line_corrects_number_or_time(product: Product, channel: str) -> None:
    luz = await asks(product, channel, "es", CALL["es"])
    await luz.hears(NUMBER)
    await luz.say("no, es el 55 8765 4321")
    told = (await luz.hears("+52 55 8765 4321")).text
    assert "17:00" in told
    await product.settle()
    await luz.say("5587654322")
    assert "17:00" in (await luz.hears("+52 55 8765 4322")).text
    await luz.say("mejor a las 6 de la tarde")
    assert "18:00" in (await luz.hears("+52 55 8765 4322")).text
    await luz.say("gracias, hasta mañana")
    assert NOTED["es"] not in (await luz.hears(said(product, "handoff.already_open", "es", case="1"))).text
    await luz.say("¿cuánto cuesta?")
    assert NOTED["es"] not in (await luz.hears(said(product, "answer.ask_cost", "es"))).text


async def test_a_time_when_the_office_is_closed_is_said_to_be(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 10) as product:
        luz = await asks(product, "whatsapp", "es", "llámenme hoy a las 22:00")
        assert "A esa hora la oficina" in (await luz.hears(NOTED["es"])).text


@pytest.mark.parametrize(
    ("by", "order"), [("telegram", "llamé 1"), ("whatsapp", "called 1"), ("telegram", "llamé")]
)
async def test_one_word_of_hers_and_it_is_done(product: Product, by: str, order: str) -> None:
    luz = await asks(product, "whatsapp", "es", CALL["es"])
    await luz.hears(NOTED["es"])
    ana = consultant(product.box, by)
    await ana.tap("Tomar", await ana.hears("Pide que le llamen"))
    await ana.hears("es suyo")
    await ana.say("casos")
    assert NUMBER in (await ana.hears("Casos abiertos")).text
    await ana.say(order)
    await ana.hears("ya se le llamó")
    assert [entry.kind for entry in await entries(product, "called")] == ["called"]
    assert (await case_of(product)).callback_number is None
    await ana.say("casos")
    assert NUMBER not in (await ana.hears("Casos abiertos")).text
    await ana.say("llamé 1")
    await ana.hears("nadie pide una llamada")
    assert not any("llamé" in bubble.text for bubble in luz.bubbles)


async def test_without_a_wish_the_word_is_for_the_patient(product: Product) -> None:
    luz = await asks(product, "telegram", "es", "quiero hablar con una persona")
    ana = consultant(product.box, "telegram")
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana Ruiz")
    await ana.say("Llamé")
    await luz.hears("Llamé")


async def test_the_morning_names_who_waits_for_a_call(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with day(box, database_url, office_of_day(tmp_path), TUESDAY, 3) as product:
        luz = await asks(product, "telegram", "es", "llámenme al 55 1234 5678 hoy a las 11")
        await luz.hears(NOTED["es"])
        await product.settle()
        advance_to(product, TUESDAY, 9)
        told = (await consultant(box, "telegram").hears("Piden que les llamen")).text
        assert "#1" in told
        assert "11:00" in told
        assert "1234" not in told


async def test_after_an_emergency_it_is_noted_in_silence(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = [{"say": "quiet.here"}, {"effect": "callback", "silent": "yes"}]
    monkeypatch.setitem(SPECIAL, "wish", noted)
    luz = await asks(product, "whatsapp", "es", EMERGENCY)
    await luz.hears("911")
    await luz.say(CALL["es"])
    await luz.hears(said(product, "quiet.here", "es"))
    await product.settle()
    assert not any(NOTED["es"] in bubble.text for bubble in luz.bubbles)
    assert (await case_of(product)).callback_number == "+525512345678"
