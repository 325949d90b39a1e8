"""What a phone shows, sooner or later: Twilio delivers after it has accepted, and some bubbles wait for their time."""

import asyncio
from typing import Any

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
