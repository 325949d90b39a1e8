"""What a relative can do for the case she is in: send records, hear what is ready, be called in a case of her own."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.store.tables import Case
from tests.product.conftest import Product
from tests.product.desk.patient_side import said, waiting_case
from tests.product.journeys.records import taken_in
from tests.product.journeys.relatives import (
    EVERY_WAY,
    STATUS,
    accompanied,
    invitation,
    joins,
    picks,
    relative,
)
from tests.product.quiet import silent
from tests.records.files import PDF
from tests.stub_rasa import SPECIAL

HOW_IT_STANDS = {
    "es": {
        "resumen": "case.status.none",
        "resumen 1": "case.status.not_here",
        "caso 1": "case.status.not_here",
    },
    "en": {
        "summary": "case.status.none",
        "summary 1": "case.status.not_here",
        "case 1": "case.status.not_here",
    },
}

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
    told = await marta.hears(
        {"es": "Recibí un archivo: eco.pdf", "en": "I received one file: eco.pdf"}[language]
    )
    assert {"es": "Queda en su caso 1,", "en": "It is in your case 1,"}[language] in told.text
    assert len(await cases(product)) == 1
    await ana.tap("Tomar", card)
    await ana.hears("es suyo")
    await ana.say("archivos 1")
    listed = await ana.hears("Caso 1 · archivos del paciente: 1.")
    assert "eco.pdf" in listed.text
    assert "/files/" in listed.text
    assert not any("eco.pdf" in bubble.text for bubble in luz.bubbles)


@ways
async def test_she_hears_what_is_ready_nothing_of_what_others_wrote_and_nothing_once_she_has_left(
    product: Product, channel: str, language: str
) -> None:
    luz, ana, marta = await accompanied(product, channel, language)
    words = {"es": "me duele mucho menos", "en": "it hurts much less"}[language]
    await luz.say(words)
    await ana.hears(words)
    await marta.say(STATUS[language])
    await ana.hears(STATUS[language])  # her words are for who holds the case
    await marta.say({"es": "resumen", "en": "summary"}[language])
    bubble = await marta.hears("Caso 1 · lo lleva Ana Ruiz")
    assert "Case 1 · with Ana Ruiz" in bubble.text
    assert "Falta: estudios (0 de" in bubble.text
    await marta.say({"es": "estado", "en": "status"}[language])
    told = await marta.hears({"es": "Lo lleva Ana Ruiz", "en": "has had it since"}[language])
    assert {"es": "Falta: estudios (0 de", "en": "Missing: records (0 of"}[language] in told.text
    assert not any(words in bubble.text for bubble in marta.bubbles)
    await luz.say({"es": "familia", "en": "family"}[language])
    await luz.tap(0, await luz.hears({"es": "Marta (hija)", "en": "Marta (daughter)"}[language]))
    await marta.hears(said(product, "family.told.removed", language, case="1"))
    for word, answer in HOW_IT_STANDS[language].items():
        await marta.say(word)
        told = await marta.hears(said(product, answer, language))
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
    assert {"es": "Es su caso 2.", "en": "It is your case 2."}[language] in told.text
    card = await ana.hears("Caso 2")
    assert "Acompaña además el caso 1" in card.text
    first, second = await cases(product)
    assert (first.callback_number, second.callback_number) == (None, "+525512345678")
    await silent(product, luz)


async def test_neither_a_number_of_hers_nor_a_person_for_her_own_request_is_for_the_patients_case(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SPECIAL, "wish", [{"effect": "callback", "topic": "talk_to_human"}])
    luz, ana, _, marta = await waiting(product, "telegram", "es")
    labels = {"lámen": "wish", "número": "ask_cost", "referencia": "request_referral"}
    product.rasa.label_of = lambda text: next(
        (label for word, label in labels.items() if word in text), "talk_to_human"
    )
    await luz.say("llámenme por favor")
    await luz.hears(said(product, "callback.which_number.share", "es", case="1"))
    await marta.say("mi número es 55 1234 5678")
    await marta.hears(said(product, "answer.ask_cost", "es"))
    await product.settle()
    (case,) = await cases(product)
    assert case.callback_number is None
    await marta.say("quiero una referencia")
    await picks(marta, 1, await marta.hears(said(product, "intake.ask.who", "es")))
    await product.settle()
    await marta.say("quiero hablar con una persona")
    await ana.hears("Caso 2")
    first, second = await cases(product)
    assert (first.conversation_id == second.conversation_id, second.reason) == (False, "asked")
    assert first.callback_number is None
