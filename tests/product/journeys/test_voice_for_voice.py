"""Who writes by voice note gets an answer as text and, where it was recorded, as voice after it."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.store.tables import Recording, Send
from tests.product.conftest import Product
from tests.product.journeys.people import said
from tests.product.journeys.voice import has_recorded, kept, voice_note
from tests.product.people import patient
from tests.product.quiet import silent

QUESTION = {"es": "¿qué documentos piden?", "en": "which documents do you want?"}


def is_voice(bubble: Any) -> bool:
    return bubble.file is not None and bubble.file.kind == "audio"


async def has_written_by_voice(product: Product, channel: str, language: str) -> Any:
    """A patient who has sent a voice note; what followed is heard."""
    product.rasa.label_of = lambda text: "emergency" if "respira" in text else "ask_documents"
    luz = patient(product.box, channel, language)
    await luz.say(QUESTION[language])
    await luz.hears(said(product, "answer.ask_documents", language))
    await product.settle()
    assert not any(is_voice(bubble) for bubble in luz.bubbles)
    await luz.send_voice(voice_note(5, b"hers"))
    await luz.hears(said(product, "fallback.cannot_open", language)[:60])
    await product.settle()
    luz.catch_up()
    return luz


@pytest.mark.parametrize(("channel", "language"), [("telegram", "es"), ("whatsapp", "en")])
async def test_the_voice_follows_the_text_and_why_names_it(
    product: Product, channel: str, language: str
) -> None:
    await has_recorded(product, language="en" if language == "es" else "es")
    note = await has_recorded(product, language=language)
    luz = await has_written_by_voice(product, channel, language)
    await luz.say(QUESTION[language])
    answer = await luz.hears(said(product, "answer.ask_documents", language))
    assert said(product, "voice.follows", language) in answer.text
    assert answer.options
    assert (await luz.hears(is_voice)).file.content == note
    await product.settle()
    async with product.puente.services.database.session() as session:
        query = select(Send.why).where(Send.purpose == "reply").order_by(Send.id.desc()).limit(1)
        why = await session.scalar(query)
    (recording,) = [one for one in await kept(product) if one.language == language]
    assert why is not None
    assert why["recording"] == {"id": recording.id, "mark": recording.mark}
    await luz.tap(next(o.title for o in answer.options if "erson" not in o.title), answer)
    await luz.hears(lambda bubble: not is_voice(bubble))  # another answer, which nobody has recorded
    await silent(product, luz)


async def test_no_voice_where_the_answer_reads_otherwise_by_now(product: Product) -> None:
    await has_recorded(product)
    luz = await has_written_by_voice(product, "telegram", "es")
    async with product.puente.services.database.session() as session:
        await session.execute(update(Recording).values(mark="of other words"))
    await luz.say(QUESTION["es"])
    answer = await luz.hears(said(product, "answer.ask_documents", "es"))
    assert said(product, "voice.follows", "es") not in answer.text
    await silent(product, luz)


async def test_no_voice_after_ninety_days_nor_in_danger(product: Product) -> None:
    await has_recorded(product)
    luz = await has_written_by_voice(product, "telegram", "es")
    await luz.say("mi papá no puede respirar")
    await luz.hears("911")
    await luz.say(QUESTION["es"])
    await luz.hears(said(product, "answer.ask_documents", "es"))
    await product.settle()
    assert not any(is_voice(bubble) for bubble in luz.bubbles)
    rosa = product.box.telegram.user(5077, "Rosa", language_code="es")
    await rosa.send_voice(voice_note(5))
    await rosa.hears(said(product, "fallback.cannot_open", "es")[:60])
    product.box.clock.advance(days=91)
    await rosa.say(QUESTION["es"])
    await rosa.hears(said(product, "answer.ask_documents", "es"))
    await product.settle()
    assert not any(is_voice(bubble) for bubble in rosa.bubbles)
