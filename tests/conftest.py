"""Real PostgreSQL for every test that asks: one server a session, one migrated database a test."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from bot.store.migrate import upgrade
from bot.supervisor.postgres import temporary_postgres


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
