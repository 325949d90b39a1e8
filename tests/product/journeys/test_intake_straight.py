"""A request told straight through: referral, second opinion, collaboration."""

import pytest

from tests.product.conftest import Product
from tests.product.journeys.people import EVERY_WAY, Teller, draft_of, said
from tests.product.people import consultant

REFERRAL = {"es": "quiero una referencia", "en": "I want a referral"}
STORY = {
    "es": "le falta el aire al subir escaleras desde mayo",
    "en": "a valve was found to be narrow in May",
}


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_a_referral_from_the_first_word_to_the_case(
    product: Product, channel: str, language: str
) -> None:
    luz, ana = Teller(product, channel, language), consultant(product.box, "telegram")
    await luz.says(REFERRAL[language])
    asked = await luz.asked("intake.begin.referral")
    assert said(product, "privacy.consent.ask", language) in asked.text
    await luz.taps("consent")
    await luz.asked("who")
    await luz.taps("intake_who_relative")
    await luz.asked("relation")
    await luz.says({"es": "es mi suegra", "en": "my mother in law"}[language])
    await luz.asked("specialty")
    await luz.says({"es": "del corazón", "en": "the heart"}[language])
    await luz.asked("story")
    await luz.says(STORY[language])
    await luz.asked("city")
    await luz.says("Puebla")
    await luz.asked("age")
    await luz.says("72")
    await luz.asked("channel")
    await luz.taps("intake_channel_call")
    await luz.asked("time")
    await luz.taps("intake_time_morning")
    await luz.phone.hears(lambda bubble: "lada" in bubble.text or "number" in bubble.text)
    await luz.says("55 1234 5678")
    await luz.asked("records")
    await luz.taps("intake_records_paper")
    await luz.asked("payment")
    await luz.taps("intake_skip")
    summary = await luz.phone.hears("Puebla")
    for told in ("72", "+525512345678", STORY[language]):
        assert told in summary.text
    await luz.taps("intake_send")
    await luz.phone.hears(said(product, "intake.sent", language, case="1"))
    card = await ana.hears("Caso 1")
    assert "Puebla" in card.text
    for hidden in (STORY[language], "12345678", "Luz"):
        assert hidden not in card.text
    await ana.tap("Tomar", card)
    taken = await ana.hears(STORY[language])
    for told in ("72", "+525512345678", "cardiología", "suegra", "En papel".lower()):
        assert told in taken.text or told in taken.text.lower()
    draft = await draft_of(product)
    assert draft is not None
    assert (draft.case_id, bool(draft.confirmed_at), bool(draft.closed_at)) == (1, True, True)
