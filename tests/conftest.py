"""Real PostgreSQL for every test that asks: one server a session, one migrated database a test."""

import functools
import uuid
from collections.abc import Iterator
from pathlib import Path

import certifi
import psycopg
import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import LRUCache

from bot.entities import Entities
from bot.store.migrate import upgrade
from bot.supervisor.postgres import temporary_postgres
from bot.texts import TextBook


@pytest.fixture(scope="session", autouse=True)
def quick_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The product starts 900 times: files that do not change are read once, and of the many certificate authorities that
    nobody here asks for, one is loaded."""
    one = tmp_path_factory.mktemp("authorities") / "one.pem"
    end = "-----END CERTIFICATE-----"
    one.write_text(Path(certifi.where()).read_text(encoding="ascii").partition(end)[0] + end + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(one))
        patch.setattr(TextBook, "load", functools.cache(TextBook.load))
        patch.setattr(Entities, "load", functools.cache(Entities.load))
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """SQLAlchemy compiles a statement once for each engine; here each test has an engine, all of one server."""
    shared: LRUCache[object, object] = LRUCache(2000)
    made = functools.partial(create_async_engine, execution_options={"compiled_cache": shared})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PGDialectAsync_psycopg, "__hash__", lambda _self: hash(PGDialectAsync_psycopg))
        patch.setattr(PGDialectAsync_psycopg, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr("bot.store.database.create_async_engine", made)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server whose database `pattern` holds the newest tables."""
    with temporary_postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE pattern")
        upgrade(named(url, "pattern"))
        yield url


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """An own database, migrated and empty."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE pattern")
        yield named(postgres, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def named(url: str, database: str) -> str:
    """The same server, another database."""
    head, _, query = url.partition("?")
    scheme, rest = head.split("://", 1)
    host = rest.split("/", 1)[0]
    return f"{scheme}://{host}/{database}" + (f"?{query}" if query else "")
