"""A watch that is cancelled ends, whatever its query makes of that."""

import asyncio
from typing import Any

import pytest

from tests.product.conftest import Product


async def test_an_error_instead_of_the_cancellation_does_not_keep_it_running(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, asking = product.puente.watch, asyncio.Event()

    async def ask(*_duties: Any) -> None:
        asking.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            raise ConnectionError("the server could not be told") from None

    monkeypatch.setattr(watch, "_due", ask)
    task = asyncio.create_task(watch.run(stalled_seconds=5))
    await asking.wait()
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.done()
