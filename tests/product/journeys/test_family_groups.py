"""A family group: one line in both languages, and the bot is gone; nothing of the group is kept."""

import asyncio
from typing import Any

from sqlalchemy import func, select

from bot.store.tables import Conversation, Message, Send
from tests.product.conftest import Product
from tests.product.people import patient


async def left(product: Product, group: Any) -> None:
    """Until the bot is no longer in the group."""
    deadline = asyncio.get_running_loop().time() + 10
    while not group.chat.bot_was_removed:
        assert asyncio.get_running_loop().time() < deadline, "still in the group"
        await asyncio.sleep(0.05)
    await product.settle()


async def stored(product: Product) -> tuple[int, ...]:
    async with product.puente.services.database.session() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (Conversation, Message, Send)
        ]
    return tuple(count or 0 for count in counts)


async def test_it_says_one_line_in_both_languages_with_the_private_link_and_leaves(product: Product) -> None:
    before = await stored(product)
    luz = patient(product.box, "telegram")
    group = await product.box.telegram.group("Familia de Luz", luz)
    await left(product, group)
    (bubble,) = group.bubbles
    assert "en privado" in bubble.text
    assert "in private" in bubble.text
    assert "https://t.me/puente_sandbox_bot" in bubble.text
    assert await stored(product) == before


async def test_a_basic_group_and_one_where_it_is_administrator_too(product: Product) -> None:
    luz = patient(product.box, "telegram")
    group = await product.box.telegram.group("Primos", luz, supergroup=False, bot_is_admin=True)
    await luz.say("hola, mi mamá tiene diabetes", chat=group)
    await left(product, group)
    assert len(group.bubbles) == 1


async def test_it_leaves_also_where_it_may_not_speak(product: Product) -> None:
    product.box.telegram.faults.reject("sendMessage", 403, 403, "Forbidden: not enough rights")
    group = await product.box.telegram.group("Solo lectura", patient(product.box, "telegram"))
    await left(product, group)
    assert group.bubbles == []


async def test_a_private_chat_is_no_group(product: Product) -> None:
    product.rasa.label_of = lambda text: "ask_cost"
    luz = patient(product.box, "telegram")
    await luz.say("¿cuánto cuesta?")
    await luz.hears(lambda bubble: True)
    await luz.block()
    await luz.unblock()
    await luz.say("¿cuánto cuesta?")
    await luz.hears(lambda bubble: True)
    assert not any("en privado" in bubble.text for bubble in luz.bubbles)
