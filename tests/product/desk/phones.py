"""What a phone shows, sooner or later: Twilio delivers after it has accepted, and some bubbles wait for their time."""

import asyncio
from typing import Any

from sqlalchemy import func, select

from bot.store.tables import Message
from tests.product.conftest import Product


async def shows(person: Any, text: str, within: float = 15.0) -> None:
    """Until a bubble of the bot ends with `text`; nothing counts as heard."""
    deadline = asyncio.get_running_loop().time() + within
    while not any(bubble.text.endswith(text) for bubble in person.bubbles):
        assert asyncio.get_running_loop().time() < deadline, f"not shown: {text!r}"
        await asyncio.sleep(0.05)


async def later(product: Product, **duration: float) -> None:
    """So much later by the sandbox's clock, and what has become due is on the phones."""
    product.box.clock.advance(**duration)
    await product.puente.watch.look()
    await product.settle()


async def taken_in(product: Product, within: float = 10.0) -> None:
    """Whatever was written has been understood; bubbles about it may still wait for their time."""
    deadline = asyncio.get_running_loop().time() + within
    query = select(func.count()).where(Message.answered_at.is_(None))
    while True:
        async with product.puente.services.database.session() as session:
            if product.box.at_rest and not await session.scalar(query):
                return
        assert asyncio.get_running_loop().time() < deadline, "something was not understood"
        await asyncio.sleep(0.05)
