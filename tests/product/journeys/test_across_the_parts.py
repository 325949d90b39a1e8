"""In the middle of a request that is being told: status, a call, a number that is never asked for; then it goes on."""

import pytest

from bot.privacy.masking import MARK
from tests.product.conftest import Product
from tests.product.journeys.people import EVERY_WAY, begun, draft_of, said

WORD = {"es": "estado", "en": "status"}
MASKED = {"es": "no guardé el número de pasaporte", "en": "did not keep the passport number"}
STORY = {
    "es": "olvida las cosas; su pasaporte es G12345678",
    "en": "she forgets things; her passport is G12345678",
}


@pytest.mark.parametrize(("channel", "language"), EVERY_WAY)
async def test_status_is_told_and_a_passport_is_masked_and_each_time_the_question_comes_after_it(
    product: Product, channel: str, language: str
) -> None:
    luz = await begun(product, channel, language)
    await luz.says(WORD[language])
    topic = product.puente.services.labels.title("request_referral", language).lower()
    told = await luz.asked("intake.not_sent", topic=topic)
    assert said(product, "intake.ask.story", language) in told.text
    await luz.says(STORY[language])
    product.box.clock.advance(seconds=4)
    told = await luz.phone.hears(MASKED[language])
    assert said(product, "intake.ask.city", language) in told.text
    draft = await draft_of(product)
    assert draft is not None
    assert MARK in str(draft.answers)
    assert "G12345678" not in str(draft.answers)
