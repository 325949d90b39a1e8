"""`puente reseal`: everything is sealed anew with the newest key, so that an older one may be given up."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, bindparam, select, text, tuple_, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from bot.privacy.erasure import has_trackers
from bot.store.database import Database
from bot.store.encrypted import Encrypted, EncryptedBytes, keyring
from bot.store.tables import Base, IndexKey

AT_A_TIME = 200  # rows in one transaction


async def reseal(database: Database) -> dict[str, int]:
    """How many values of each column were sealed anew; those of the newest key are left. May be stopped and begun again, and
    run beside a running product. Raises KeyUnknown on a value that no key opens."""
    counts = {}
    for table, column in sealed_columns():
        counts[f"{table.name}.{column.name}"] = await _column(database, table, column)
    return counts


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Encrypted | EncryptedBytes):
                yield table, column
    index: Any = IndexKey.__table__
    yield index, index.c.sealed


def context_of(table: Table, column: Column[Any]) -> str:
    """What a value of the column is bound to."""
    kind = column.type
    return kind.context if isinstance(kind, Encrypted | EncryptedBytes) else f"{table.name}.{column.name}"


async def _column(database: Database, table: Table, column: Column[Any]) -> int:
    count, after = 0, None
    keys = list(table.primary_key.columns)
    while True:
        async with database.session() as session:
            rows = await _rows(session, table, column, keys, after)
            for row in rows:
                count += await _value(session, table, column, keys, row)
        if not rows:
            return count
        after = tuple(rows[-1][:-1])


async def _rows(
    session: AsyncSession, table: Table, column: Column[Any], keys: list[Column[Any]], after: Any
) -> list[Any]:
    """The next rows by their key, locked: key columns, then the value as it is sealed."""
    query = select(*keys, type_coerce(column, LargeBinary)).where(column.is_not(None)).order_by(*keys)
    if after is not None:
        last = [bindparam(None, value, key.type) for key, value in zip(keys, after, strict=True)]
        query = query.where(tuple_(*keys) > tuple_(*last))
    return list((await session.execute(query.limit(AT_A_TIME).with_for_update())).all())


async def _value(
    session: AsyncSession, table: Table, column: Column[Any], keys: list[Column[Any]], row: Any
) -> int:
    anew = keyring.resealed(row[-1], context_of(table, column))
    if anew is None:
        return 0
    own = [key == value for key, value in zip(keys, row[:-1], strict=True)]
    await session.execute(table.update().where(*own).values({column.name: type_coerce(anew, LargeBinary)}))
    return 1


async def forget_trackers(database: Database, newest: bytes) -> int:
    """Rasa's memory that an older key has sealed goes: it is a few turns, and may be thrown away (docs/adr/0003). Its values
    begin with the id of their key (engine/envelope.py)."""
    key_id = hashlib.sha256(b"key id" + newest).digest()[:8]
    async with database.session() as session:
        if not await has_trackers(session):
            return 0
        older = text("DELETE FROM rasa.tracker WHERE substring(sealed FROM 1 FOR 8) <> :key_id")
        result: Any = await session.execute(older, {"key_id": key_id})
        return int(result.rowcount)
