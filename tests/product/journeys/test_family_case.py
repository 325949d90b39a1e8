"""What a relative can do for the case she is in: send records, hear what is ready, be called in a case of her own."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.store.tables import Case
from tests.product.conftest import Product
from tests.product.desk.patient_side import waiting_case
from tests.product.journeys.relatives import (
    EVERY_WAY,
    STATUS,
    accompanied,
    invitation,
    joins,
    picks,
    relative,
)
from tests.product.journeys.test_records_chat import taken_in
from tests.records.files import PDF
from tests.stub_rasa import SPECIAL

ways = pytest.mark.parametrize(("channel", "language"), EVERY_WAY)


async def waiting(product: Product, channel: str, language: str) -> tuple[Any, Any, Any, Any]:
    """Luz's case waits, and Marta is in it."""
    luz, ana, card = await waiting_case(product, channel, language)
    marta = relative(product, channel)
    await joins(product, marta, await invitation(product, luz, language), language)
    await luz.hears("Marta")
    for phone in (luz, marta):
        phone.catch_up()
    return luz, ana, card, marta


async def cases(product: Product) -> list[Case]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Case).order_by(Case.id)))


@ways
async def test_records_of_a_relative_are_of_the_case(product: Product, channel: str, language: str) -> None:
    luz, ana, card, marta = await waiting(product, channel, language)
    await marta.send_document(PDF, content_type="application/pdf", name="eco.pdf")
    await taken_in(product, 1)
    product.box.clock.advance(seconds=10)
    told = await marta.hears("eco.pdf")
    assert "1" in told.text
    assert len(await cases(product)) == 1
    await ana.tap("Tomar", card)
    await ana.hears("es suyo")
    await ana.say("archivos 1")
    listed = await ana.hears(lambda bubble: "eco.pdf" in bubble.text and "/files/" in bubble.text)
    assert "Archivos" in listed.text or "archivo" in listed.text
    assert not any("eco.pdf" in bubble.text for bubble in luz.bubbles)


@ways
async def test_she_hears_what_is_ready_and_can_forward_it(
    product: Product, channel: str, language: str
) -> None:
    _luz, _ana, marta = await accompanied(product, channel, language)
    await marta.say({"es": "resumen", "en": "summary"}[language])
    bubble = await marta.hears("Caso 1 · lo lleva Ana Ruiz")
    assert "Case 1 · with Ana Ruiz" in bubble.text
    assert "Falta: estudios (0 de" in bubble.text
    await marta.say({"es": "estado", "en": "status"}[language])
    told = await marta.hears({"es": "Lo lleva Ana Ruiz", "en": "has had it since"}[language])
    assert {"es": "Falta: estudios (0 de", "en": "Missing: records (0 of"}[language] in told.text


async def test_of_a_case_that_she_has_left_she_hears_no_summary(product: Product) -> None:
    luz, _ana, marta = await accompanied(product, "telegram", "es")
    await luz.say("familia")
    await luz.tap(0, await luz.hears("Marta (hija)"))
    await marta.hears("Ya no está en el caso 1")
    for word in ("resumen", "resumen 1", "caso 1"):
        await marta.say(word)
        told = await marta.hears(lambda bubble: True)
        assert "Ana Ruiz" not in told.text


@ways
async def test_a_call_that_she_asks_for_is_hers_and_not_the_patients(
    product: Product, channel: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SPECIAL, "wish", [{"effect": "callback", "topic": "talk_to_human"}])
    luz, ana, _, marta = await waiting(product, channel, language)
    product.rasa.label_of = lambda text: "wish" if "lámen" in text or "call" in text else "case_status"
    await marta.say({"es": "llámenme al 55 1234 5678", "en": "call me at 55 1234 5678"}[language])
    told = await marta.hears("+52 55 1234 5678")
    assert "2" in told.text
    card = await ana.hears("Caso 2")
    assert "Acompaña además el caso 1" in card.text
    first, second = await cases(product)
    assert (first.callback_number, second.callback_number) == (None, "+525512345678")
    await luz.hears_nothing(within=0.3)


async def test_a_number_of_hers_is_no_answer_to_the_patients_wish_for_a_call(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SPECIAL, "wish", [{"effect": "callback", "topic": "talk_to_human"}])
    luz, _ana, _, marta = await waiting(product, "telegram", "es")
    product.rasa.label_of = lambda text: "wish" if "lámen" in text else "ask_cost"
    await luz.say("llámenme por favor")
    await luz.hears("número")
    await marta.say("mi número es 55 1234 5678")
    await marta.hears(lambda bubble: True)
    (case,) = await cases(product)
    assert case.callback_number is None


async def test_a_person_wanted_in_the_middle_of_her_own_request_is_for_that_request(
    product: Product,
) -> None:
    _luz, ana, _, marta = await waiting(product, "telegram", "es")
    product.rasa.label_of = lambda text: "request_referral" if "referencia" in text else "talk_to_human"
    await marta.say("quiero una referencia")
    asked = await marta.hears("Para quién")
    await picks(marta, 1, asked)
    await product.settle()
    await marta.say("quiero hablar con una persona")
    await ana.hears("Caso 2")
    first, second = await cases(product)
    assert (first.conversation_id == second.conversation_id, second.reason) == (False, "asked")


@ways
async def test_the_status_of_a_relative_says_nothing_of_what_others_wrote(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    await luz.say("me duele mucho menos")
    await ana.hears("me duele mucho menos")
    await marta.say(STATUS[language])
    await ana.hears(STATUS[language])  # her words are for who holds the case
    await marta.say({"es": "estado", "en": "status"}[language])
    told = await marta.hears("Ana Ruiz")
    assert "duele" not in told.text
