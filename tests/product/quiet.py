"""Silence, without waiting for it in real time."""

from typing import Any

from tests.product.conftest import Product


async def silent(product: Product, *phones: Any) -> None:
    """Nothing is on its way any more, and none of these phones shows what its holder has not heard."""
    await product.settle()
    heard = {number: [bubble.text for bubble in one.phone.unheard()] for number, one in enumerate(phones)}
    assert not any(heard.values()), heard
