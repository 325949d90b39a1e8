"""What the tests of relatives share: a patient with a case, a relative at her own phone, and the way in."""

import re
from typing import Any

from sqlalchemy import select

from bot.store.tables import ContactOfCase, Conversation
from tests.product.conftest import Product
from tests.product.desk.patient_side import said, taken_case

EVERY_WAY = [("telegram", "es"), ("whatsapp", "en")]  # of the patient; the relative is on the other channel
INVITE = {"es": "invitar", "en": "invite"}
DAUGHTER = {"es": "Hija", "en": "Daughter"}
AGREE = {"es": "Sí, de acuerdo", "en": "Yes, I agree"}
ASKED = {"es": "Me lo pidió", "en": "They asked me to"}
STATUS = {"es": "¿cómo va lo de mi caso?", "en": "is there any news about my case?"}
REMOVE = {"es": "Quitar", "en": "Remove"}


def relative(product: Product, channel: str, name: str = "Marta", number: int = 2) -> Any:
    """Somebody of the family at her own phone, on the channel that the patient has not: a new one each time."""
    if channel == "telegram":
        return product.box.twilio.user(f"whatsapp:+52155000008{number:02}", name)
    return product.box.telegram.user(6000 + number, name)


def title(product: Product, name: str, language: str) -> str:
    return product.puente.services.texts.title(name, language)


async def invitation(product: Product, luz: Any, language: str) -> tuple[str, str]:
    """The patient asks for one, and agrees when she has not before. Returns Telegram's token and WhatsApp's word."""
    await luz.say(INVITE[language])
    bubble = await luz.hears(lambda b: "wa.me" in b.text or AGREE[language] in [o.title for o in b.options])
    if "wa.me" not in bubble.text:
        await luz.tap(AGREE[language], bubble)
        bubble = await luz.hears("wa.me")
    await luz.hears({"es": "Reenvíe", "en": "Forward"}[language])
    await product.settle()
    return ways_in(bubble.text)


def ways_in(text: str) -> tuple[str, str]:
    token = re.search(r"\?start=([\w-]{22})", text)
    word = re.search(r"\?text=([\w-]{19})", text)
    assert token, text
    assert word, text
    return token[1], word[1]


async def opens(marta: Any, ways: tuple[str, str]) -> None:
    """On Telegram the link, on WhatsApp its prefilled word."""
    if hasattr(marta, "start"):
        await marta.start(ways[0])
    else:
        await marta.say(ways[1])


async def picks(person: Any, number: int, bubble: Any) -> None:
    """A tap; on WhatsApp by its number where the provider made no buttons in time, as on a busy machine."""
    on_telegram = hasattr(person, "start")
    await (person.tap(number - 1, bubble) if bubble.options or on_telegram else person.say(str(number)))


async def joins(product: Product, marta: Any, ways: tuple[str, str], language: str) -> None:
    """Tapped all the way in."""
    await opens(marta, ways)
    await picks(marta, 1, await marta.hears(said(product, "family.who", language)))
    await picks(marta, 1, await marta.hears(said(product, "family.authority", language)))
    await picks(marta, 1, await marta.hears(said(product, "privacy.consent.ask", language)))
    await marta.hears({"es": "Ya está en el caso", "en": "You are now in case"}[language])
    await product.settle()


async def accompanied(product: Product, channel: str, language: str) -> tuple[Any, Any, Any]:
    """Luz's case is Ana's, and Marta, her daughter, is in it. All caught up."""
    luz, ana = await taken_case(product, channel, language)
    marta = relative(product, channel)
    await joins(product, marta, await invitation(product, luz, language), language)
    await luz.hears("Marta")
    await ana.hears("Entró al caso 1")
    for phone in (luz, ana, marta):
        phone.catch_up()
    return luz, ana, marta


async def contacts_of(product: Product, number: int = 1) -> list[ContactOfCase]:
    async with product.puente.services.database.session() as session:
        query = select(ContactOfCase).where(ContactOfCase.case_id == number).order_by(ContactOfCase.id)
        return list(await session.scalars(query))


async def conversation_of(product: Product, name: str) -> Conversation:
    async with product.puente.services.database.session() as session:
        return next(one for one in await session.scalars(select(Conversation)) if one.name == name)


async def tells(who: Any, reader: Any, words: str) -> Any:
    """Somebody writes and another reads it: the bubble in which."""
    await who.say(words)
    return await reader.hears(words)
