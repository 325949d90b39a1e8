"""What becomes due by the clock alone: waiting turns, retries, unannounced cases, opening time, jobs of dead workers.

Every due time is a column; nothing is kept in memory, so any worker may watch and a killed one loses nothing.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.alarms import raise_alarm
from bot.duties import PROMPT, UNHURRIED
from bot.duty import Duty
from bot.observability import metrics
from bot.services import Services
from bot.store.tables import Message, Send

type Duties = Sequence[Duty[Any]]

log = structlog.get_logger()

PAUSE_SECONDS = 0.5
UNHURRIED_EVERY = timedelta(seconds=3)  # between two looks at what is due after minutes or days
STUCK = timedelta(seconds=60)  # a message unanswered, or a bubble due, for so long: the operator must know


class Watch:
    def __init__(self, services: Services, queue: App) -> None:
        self.services = services
        self.queue = queue

    async def run(self, stalled_seconds: float) -> None:
        """Look every half second until cancelled; an error is logged and the next look comes as usual."""
        looked = None
        while not _cancelled():
            now = self.services.clock()
            if looked is None or abs(now - looked) >= UNHURRIED_EVERY:
                looked = now
                await self.look()
                await self._done("revive", self._revive(stalled_seconds))
            else:
                await self._done("look", self._do(PROMPT))
            await asyncio.sleep(PAUSE_SECONDS)

    async def look(self) -> None:
        """Do once all that is due now."""
        await self._done("look", self._do((*PROMPT, *UNHURRIED)))
        await self._done("stuck", self._in_a_transaction(self._stuck))

    async def _do(self, duties: Duties) -> None:
        """Each that is due, in a transaction of its own. What the first ones bring about may make others due: the next look
        sees it."""
        for duty in await self._due(duties):
            await self._done(duty.name, self._in_a_transaction(functools.partial(duty, self.services)))

    async def _due(self, duties: Duties) -> Duties:
        """One question about them all: mostly there is nothing to do."""
        now = self.services.clock()
        async with self.services.database.session() as session:
            answers = (await session.execute(select(*(exists(duty.due(now)) for duty in duties)))).one()
        return [duty for duty, is_due in zip(duties, answers, strict=True) if is_due]

    async def _in_a_transaction(self, do: Callable[[AsyncSession], Awaitable[None]]) -> None:
        async with self.services.database.session() as session:
            await do(session)

    async def _done(self, name: str, doing: Awaitable[None]) -> None:
        """What fails is logged and stops nothing else."""
        try:
            await doing
        except Exception:
            log.error("watch failed", duty=name, exc_info=True)

    async def _stuck(self, session: AsyncSession) -> None:
        """Counts for the metrics; an alarm when something does not move."""
        now = self.services.clock()
        waiting = select(func.count(), func.min(Message.received_at)).where(Message.answered_at.is_(None))
        unanswered, oldest = (await session.execute(waiting)).one()
        pending = select(func.count()).where(Send.state.in_(("pending", "sending")))
        metrics.UNANSWERED.set(unanswered)
        metrics.PENDING.set(await session.scalar(pending) or 0)
        if oldest and oldest < now - STUCK:
            await raise_alarm(self.services, session, "queue_stuck", f"{unanswered} unanswered")

    async def _revive(self, stalled_seconds: float) -> None:
        """Jobs of workers that died go back to the queue."""
        manager = self.queue.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_seconds):
            log.warning("job of a dead worker", task=job.task_name)
            try:
                await manager.retry_job(job)
            except UniqueViolation:  # another job of its key waits behind it: that one does the work
                await manager.finish_job(job, Status.FAILED, delete_job=True)


def _cancelled() -> bool:
    """A driver that is cancelled in the middle of a query may raise an error of its own instead (psycopg: when it cannot tell
    the server), which is logged like any other: the wish to end is not lost with it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
