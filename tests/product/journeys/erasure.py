"""What the tests of erasure and of retention share: an erasure from the word to its end, and all that is kept, unsealed."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select

from bot.store.encrypted import Encrypted, EncryptedBytes
from bot.store.tables import Base, Erasure, RetentionRun
from sandbox.phone import Bubble
from tests.product.conftest import Product

YES = {"es": "Sí, borrar todo", "en": "Yes, erase all"}
RECEIPT = {"es": "Comprobante:", "en": "Receipt:"}


def sure(bubble: Bubble) -> bool:
    """The question whether all is to be erased."""
    return any(option.title in YES.values() for option in bubble.options)


async def erases(product: Product, person: Any) -> None:
    """Somebody has everything of hers erased."""
    await person.say("BORRAR")
    await person.tap(YES["es"], await person.hears(sure))
    await person.hears(RECEIPT["es"], within=20)
    await done(product)


async def done(product: Product) -> Erasure:
    """The erasure, once its last step is through; its clock is helped along."""
    for _ in range(100):
        async with product.puente.services.database.session() as session:
            row = (await session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(1))).first()
        if row and row.done_at:
            return row
        product.box.clock.advance(seconds=2)
        await asyncio.sleep(0.15)
    raise AssertionError(f"not done: erased {row and row.erased_at}, receipt {row and row.receipt_at}")


async def opened(product: Product) -> AsyncIterator[str]:
    """Every value of every table of ours, as a person with the key reads it."""
    async with product.puente.services.database.session() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                for column in table.c:
                    value = row._mapping[column]
                    sealed = isinstance(column.type, Encrypted | EncryptedBytes)
                    yield repr(value) if not sealed else json.dumps(value, default=repr, ensure_ascii=False)


async def retained(product: Product, times: int) -> RetentionRun:
    """The last run of retention, once there were so many."""
    for _ in range(200):
        async with product.puente.services.database.session() as session:
            runs = (await session.scalars(select(RetentionRun).order_by(RetentionRun.id))).all()
        if len(runs) >= times:
            return runs[-1]
        await asyncio.sleep(0.1)
    raise AssertionError("retention did not run")
