"""One connection to PostgreSQL that survives a restart of the database."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection

_SCHEMA_LOCK = 7046_2023  # any fixed number: two engines starting together create the table once
_CREATE = """
CREATE SCHEMA IF NOT EXISTS rasa;
CREATE TABLE IF NOT EXISTS rasa.tracker (
    conversation_id text PRIMARY KEY,
    sealed bytea NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
"""


class Database:
    """`url` is a libpq connection string. Every statement is its own transaction and may be run twice."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()

    async def run(self, statement: str, *values: Any) -> list[Any]:
        """Rows, if the statement returns any. Raises psycopg.Error when a fresh connection fails too."""
        try:
            return await self._run(statement, values)
        except psycopg.OperationalError:  # the connection is gone, or the server is shutting down
            await self.close()
            return await self._run(statement, values)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()

    async def _run(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        connection = await self._connected()
        cursor = await connection.execute(statement, values)
        return await cursor.fetchall() if cursor.description else []

    async def _connected(self) -> AsyncConnection[Any]:
        async with self._lock:
            if self._connection is None or self._connection.closed:
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> AsyncConnection[Any]:
        connection = await AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, application_name="puente-engine"
        )
        await connection.execute("SET statement_timeout = '5s'")
        found = await (await connection.execute("SELECT to_regclass('rasa.tracker')")).fetchone()
        if found == (None,):  # created only when missing, so that a role without the right may serve
            await connection.execute(f"SELECT pg_advisory_lock({_SCHEMA_LOCK})")
            await connection.execute(_CREATE)
            await connection.execute(f"SELECT pg_advisory_unlock({_SCHEMA_LOCK})")
        return connection
