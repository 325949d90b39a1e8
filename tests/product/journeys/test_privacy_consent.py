"""Consent is asked before anything personal, kept with the words that were read, and can be taken back."""

import pytest
from sqlalchemy import select

from bot.privacy import consent
from bot.store.tables import Consent
from tests import stub_rasa
from tests.product.conftest import Product
from tests.product.people import patient

ASK = {"say": "privacy.consent.ask", "options": ["consent", "no_consent", "talk_to_human"]}
YES, NO = {"es": "Sí, de acuerdo", "en": "Yes, I agree"}, "No"


@pytest.fixture
def asking(product: Product, monkeypatch: pytest.MonkeyPatch) -> Product:
    """A product whose records need consent: asked for, and taken up again after the yes."""
    product.rasa.label_of = lambda text: "send_records"
    yes = [{**stub_rasa.SPECIAL["consent"][0], "then": "/ask_documents{}"}]
    monkeypatch.setitem(stub_rasa.SPECIAL, "send_records", [ASK])
    monkeypatch.setitem(stub_rasa.SPECIAL, "consent", yes)
    return product


async def stored(product: Product) -> list[Consent]:
    async with product.puente.services.database.session() as session:
        return list(await session.scalars(select(Consent)))


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_a_yes_is_kept_with_what_was_read_and_goes_on(
    asking: Product, channel: str, language: str
) -> None:
    luz = patient(asking.box, channel, language)
    await luz.say(
        {"es": "quiero mandar mis estudios por favor", "en": "I want to send my records please"}[language]
    )
    question = await luz.hears("Los Ángeles" if language == "es" else "Los Angeles")
    await luz.tap(YES[language], question)
    answer = await luz.hears("REVOCAR" if language == "es" else "REVOKE")
    assert (
        asking.puente.services.texts.render(
            "answer.ask_documents", language, {}, asking.puente.services.office, False
        ).text
        in answer.text
    )
    (row,) = await stored(asking)
    assert (row.channel, row.language, row.revoked_at) == (channel, language, None)
    assert row.notice_version == consent.NOTICE_VERSION
    assert row.shown in question.text
    assert asking.rasa.asked[-1][2]["consented"]


async def test_saying_yes_twice_is_one_consent(asking: Product) -> None:
    luz = patient(asking.box, "telegram")
    await luz.say("quiero mandar mis estudios")
    question = await luz.hears("Los Ángeles")
    for _ in range(2):
        await luz.tap(YES["es"], question)
        await luz.hears("REVOCAR")
    assert len(await stored(asking)) == 1


async def test_a_no_leaves_a_person_one_tap_away(asking: Product) -> None:
    luz = patient(asking.box, "whatsapp")
    await luz.say("quiero mandar mis estudios")
    await luz.tap(NO, await luz.hears("Los Ángeles"))
    declined = await luz.hears("no le pido")
    assert "Hablar con alguien" in [option.title for option in declined.options]
    assert await stored(asking) == []


async def test_rasa_failing_after_the_yes_does_not_lose_the_thread(asking: Product) -> None:
    luz = patient(asking.box, "telegram")
    await luz.say("quiero mandar mis estudios")
    question = await luz.hears("Los Ángeles")
    asking.rasa.fail_next = 1
    await luz.tap(YES["es"], question)
    await luz.hears("REVOCAR", within=15)
    assert len(await stored(asking)) == 1
