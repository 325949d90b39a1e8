"""Durable work: procrastinate on the same database, deferred in the transaction that makes it necessary."""

import functools
from typing import Any, cast
from uuid import UUID

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import do_last

ANSWER = "answer"
DELIVER = "deliver"
FETCH = "fetch"  # what was sent in a chat is fetched from its provider: slow, and nobody waits for it
URGENT = (
    "urgent"  # delivers too, on workers of its own: a provider that hangs must not hold up a safety answer
)
ERASE = "erase"
URGENT_LANE = ":urgent"


class Jobs:
    """Kinds of job: answer a conversation, deliver a lane of the outbox, fetch files, take an erasure further. One waiting
    and one running for each.

    A task's name is also its queue: each queue has workers of its own, so that none starves another.
    """

    def __init__(self, app: procrastinate.App) -> None:
        self.app = app

    async def answer(self, session: AsyncSession, conversation_id: UUID) -> None:
        self._defer_last(session, ANSWER, str(conversation_id))

    async def deliver(self, session: AsyncSession, lane: str) -> None:
        self._defer_last(session, URGENT if lane.endswith(URGENT_LANE) else DELIVER, lane)

    async def fetch(self, session: AsyncSession, conversation_id: UUID) -> None:
        self._defer_last(session, FETCH, str(conversation_id))

    async def erase(self, session: AsyncSession, number: int) -> None:
        self._defer_last(session, ERASE, str(number))

    def _defer_last(self, session: AsyncSession, task: str, key: str) -> None:
        """Who defers a job makes others wait who defer the same: so each transaction does so at its end, in one order."""
        lock = f"{task}:{key}"
        do_last(session, lock, functools.partial(self._defer, session, task, key, lock))

    async def _defer(self, session: AsyncSession, task: str, key: str, lock: str) -> None:
        try:
            async with session.begin_nested():  # a job already waiting must not undo the rest
                # Asked for inside: SQLAlchemy sets the savepoint only when the session's connection is next used.
                raw = await (await session.connection()).get_raw_connection()
                deferrer = self.app.configure_task(
                    task,
                    queue=task,
                    lock=lock,
                    queueing_lock=lock,
                    connection=cast(Any, raw.driver_connection),
                )
                await deferrer.defer_async(key=key)
        except AlreadyEnqueued:
            pass
