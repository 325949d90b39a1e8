"""The connection pool and its sessions."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bot.store.encrypted import keyring
from bot.store.tables import IndexKey

LAST = "last"


def do_last(session: AsyncSession, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Have `work` done at the end of the transaction, once for each name, in the order of the names: transactions that wait
    for each other's rows there all do so in one order, so that none waits for ever."""
    session.info.setdefault(LAST, {})[name] = work


def driver_url(database_url: str) -> str:
    """The address with SQLAlchemy's driver name for psycopg 3."""
    scheme, rest = database_url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else database_url


class Database:
    """One pool for one process. `session()` is one transaction: committed at the end, rolled back on error."""

    def __init__(self, database_url: str, pool_size: int = 30) -> None:
        self.engine: AsyncEngine = create_async_engine(
            driver_url(database_url),
            pool_size=pool_size,
            max_overflow=20,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session, session.begin():
            yield session
            for _, work in sorted(session.info.pop(LAST, {}).items()):
                await work()

    @asynccontextmanager
    async def only_one(self, name: str) -> AsyncIterator[None]:
        """Hold the advisory lock of that name: a worker that only looked dead cannot do the same work twice."""
        key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    async def open(self, keys: Sequence[bytes]) -> None:
        """Load the keys; make the blind index's key on the first start. Raises KeyUnknown on the wrong key."""
        keyring.load(keys)
        async with self.session() as session:
            await session.execute(text("LOCK TABLE index_key IN EXCLUSIVE MODE"))
            row = (await session.scalars(select(IndexKey))).one_or_none()
            if row is None:
                row = IndexKey(id=1, sealed=keyring.seal(secrets.token_bytes(32), "index_key.sealed"))
                session.add(row)
            keyring.load_index_key(keyring.open(row.sealed, "index_key.sealed"))

    async def close(self) -> None:
        await self.engine.dispose()
