"""What becomes due by the clock alone: waiting turns, retries, unannounced cases, opening time, jobs of dead workers.

Every due time is a column; nothing is kept in memory, so any worker may watch and a killed one loses nothing.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, emergency, notify
from bot.desk.alarms import raise_alarm
from bot.desk.duties import PROMPT, UNHURRIED, Duty
from bot.observability import metrics
from bot.services import Services
from bot.store.jobs import ANSWER
from bot.store.tables import Case, Conversation, Message, Send

type OwnDuty = Callable[[AsyncSession], Awaitable[None]]

log = structlog.get_logger()

PAUSE_SECONDS = 0.5
UNHURRIED_EVERY = timedelta(seconds=3)  # between two looks at what is due after minutes or days
STUCK = timedelta(seconds=60)  # a message unanswered, or a bubble due, for so long: the operator must know
UNQUEUED = timedelta(seconds=2)


class Watch:
    def __init__(self, services: Services, queue: App) -> None:
        self.services = services
        self.queue = queue

    async def run(self, stalled_seconds: float) -> None:
        """Look every half second until cancelled; an error is logged and the next look comes as usual."""
        looked = None
        while True:
            now = self.services.clock()
            if looked is None or abs(now - looked) >= UNHURRIED_EVERY:
                looked = now
                await self.look()
                await self._done("revive", self._revive(stalled_seconds))
            else:
                await self._do(self._prompt())
            await asyncio.sleep(PAUSE_SECONDS)

    async def look(self) -> None:
        """Do once all that is due now."""
        await self._do({**self._prompt(), **self._unhurried()})

    async def _do(self, duties: Mapping[str, OwnDuty]) -> None:
        """Each in a transaction of its own."""
        for name, duty in duties.items():
            await self._done(name, self._in_a_transaction(duty))

    async def _in_a_transaction(self, duty: OwnDuty) -> None:
        async with self.services.database.session() as session:
            await duty(session)

    async def _done(self, name: str, doing: Awaitable[None]) -> None:
        """What fails is logged and stops nothing else."""
        try:
            await doing
        except Exception:
            log.error("watch failed", duty=name, exc_info=True)

    def _prompt(self) -> Mapping[str, OwnDuty]:
        """What somebody waits for."""
        return self._named((self._wake, self._due_sends, self._announce, self._page_all), PROMPT)

    def _unhurried(self) -> Mapping[str, OwnDuty]:
        return self._named((self._unqueued, self._opening, self._stuck), UNHURRIED)

    def _named(self, own: Sequence[OwnDuty], desk: Sequence[Duty]) -> Mapping[str, OwnDuty]:
        given = {duty.__name__: functools.partial(duty, self.services) for duty in desk}
        return {**{duty.__name__: duty for duty in own}, **given}

    async def _wake(self, session: AsyncSession) -> None:
        """Turns that wait: for the next bubble of a thought, or for Rasa."""
        due = update(Conversation).where(Conversation.wake_at <= self.services.clock()).values(wake_at=None)
        for conversation_id in await session.scalars(due.returning(Conversation.id)):
            await self.services.jobs.answer(session, conversation_id)

    async def _due_sends(self, session: AsyncSession) -> None:
        """Bubbles whose wait is over, or whose worker died while sending."""
        now = self.services.clock()
        due = select(Send.lane).where(Send.state.in_(("pending", "sending")), Send.due_at <= now).distinct()
        for lane in (await session.scalars(due)).all():
            await self.services.jobs.deliver(session, lane)

    async def _unqueued(self, session: AsyncSession) -> None:
        """Messages that nobody will answer because their job is gone."""
        queued = text(
            "NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.lock = :prefix || messages.conversation_id::text"
            " AND j.status IN ('todo', 'doing'))"
        ).bindparams(prefix=f"{ANSWER}:")
        forgotten = (
            select(Message.conversation_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.answered_at.is_(None), Message.received_at < self.services.clock() - UNQUEUED)
            .where(Conversation.wake_at.is_(None), queued)
            .distinct()
        )
        for conversation_id in (await session.scalars(forgotten)).all():
            await self.services.jobs.answer(session, conversation_id)

    async def _announce(self, session: AsyncSession) -> None:
        """Patients who were promised a word about their case: nobody has accepted or refused the notification yet."""
        overdue = select(Case.id).where(Case.announce_by <= self.services.clock())
        for case in await cases.all_locked(session, (await session.scalars(overdue)).all()):
            if case.announce_by is None or case.announce_by > self.services.clock():
                continue  # a moment ago somebody told them
            await notify.announce(self.services, session, case, "handoff.notifying")
            case.announced_at = None  # the outcome is still owed

    async def _page_all(self, session: AsyncSession) -> None:
        query = select(Case).where(Case.page_all_at <= self.services.clock(), Case.closed_at.is_(None))
        for case in await session.scalars(query.with_for_update(key_share=True, skip_locked=True)):
            await emergency.page_everybody(self.services, session, case)

    async def _opening(self, session: AsyncSession) -> None:
        """Cases that waited for somebody to be on duty, most urgent first."""
        query = select(Case.id).where(
            Case.notify_at <= self.services.clock(), Case.holder_id.is_(None), Case.closed_at.is_(None)
        )
        due = set(await session.scalars(query))
        for case in [case for case in await cases.waiting(session) if case.id in due]:
            announced = case.announced_at
            if await notify.notify(self.services, session, case) == "":
                case.announced_at, case.announce_by = announced, None

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
