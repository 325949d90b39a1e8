"""The privacy notice: short in the first reply, whole on a page in both languages, and never in an answer to danger."""

import httpx
import pytest
from sqlalchemy import select

from bot.privacy.notice import notice
from bot.store.tables import Conversation
from tests.product.conftest import Product
from tests.product.people import consultant, patient

SHORT = {"es": "MIS DATOS", "en": "MY DATA"}
QUESTION = {
    "es": "¿cuánto cuesta la consulta con el especialista?",
    "en": "how much does a consultation cost?",
}


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_the_first_reply_ends_with_the_notice_and_the_second_does_not(
    product: Product, channel: str, language: str
) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, channel, language)
    await luz.say(QUESTION[language])
    first = await luz.hears("cost")
    assert SHORT[language] in first.text
    assert f"{product.puente.services.settings.base_url}/privacy?lang={language}" in first.text
    assert first.options
    await luz.say(QUESTION[language])
    assert SHORT[language] not in (await luz.hears("cost")).text
    async with product.puente.services.database.session() as session:
        chats = await session.scalars(select(Conversation).where(Conversation.role == "patient"))
        (chat,) = [chat for chat in chats if chat.notice_version]
    assert (chat.notice_version, chat.noticed_at is not None) == (notice().version, True)


async def test_an_answer_to_danger_carries_no_notice_the_next_ordinary_one_does(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz, ana = patient(product.box, "telegram"), consultant(product.box, "telegram")
    await luz.say("mi papá no puede respirar")
    assert SHORT["es"] not in (await luz.hears("911")).text
    await luz.say("¿cuánto cuesta?")
    assert SHORT["es"] not in (await luz.hears("costo")).text
    await ana.tap("Tomar", await ana.hears("Caso"))
    await luz.hears("Ana")
    await ana.say("cerrar")
    await luz.hears(lambda bubble: True)
    await luz.say("¿cuánto cuesta?")
    assert SHORT["es"] in (await luz.hears("costo")).text


@pytest.mark.parametrize(("channel", "language"), [("whatsapp", "es"), ("telegram", "en")])
async def test_the_word_for_it_tells_where_the_whole_notice_is(
    product: Product, channel: str, language: str
) -> None:
    product.rasa.label_of = lambda text: "ask_privacy"
    luz = patient(product.box, channel, language)
    await luz.say({"es": "privacidad", "en": "Privacy"}[language])
    told = await luz.hears("/privacy?lang=")
    assert "HIPAA" in told.text
    assert told.text.count("/privacy?lang=") == 1


async def test_the_page_is_there_in_both_languages_and_asks_nobody_else(product: Product) -> None:
    async with httpx.AsyncClient(base_url=product.url) as client:
        spanish = await client.get("/privacy")
        english = await client.get("/privacy", headers={"accept-language": "en-US,en;q=0.9"})
        switched = await client.get("/privacy?lang=es", headers={"accept-language": "en"})
    assert "Aviso de privacidad" in spanish.text
    assert "Privacy notice" in english.text
    assert switched.text == spanish.text
    for page, words in (
        (spanish, ("ARCO", "Los Ángeles", "72 horas")),
        (english, ("ARCO", "Los Angeles", "72 hours")),
    ):
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert all(word in page.text for word in words)
        assert "{" not in page.text.split("</style>")[1]
        assert "http" not in page.text
        assert notice().version in page.text
