"""Silence, without waiting for it in real time."""

from typing import Any

from tests.product.conftest import Product


async def look(product: Product) -> None:
    """What is due by the clock is done, and said."""
    await product.puente.watch.look()
    await product.settle()


async def silent(product: Product, *phones: Any) -> None:
    """Nothing is on its way any more, nor due by the clock, and none of these phones shows what its holder has not heard."""
    await product.settle()  # what the last words bring about may be due at the look
    await look(product)
    heard = {number: [bubble.text for bubble in one.phone.unheard()] for number, one in enumerate(phones)}
    assert not any(heard.values()), heard
