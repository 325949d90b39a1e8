"""The worker: takes turns and delivers lanes as procrastinate hands out their jobs, and watches over what is due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import procrastinate
import structlog

from bot.conversation.turn import Stage, answer
from bot.desk.erasing import carry_out
from bot.desk.fetching import fetch
from bot.desk.voice import take_in
from bot.outbox.deliver import Outbox
from bot.services import Services
from bot.store.jobs import ANSWER, DELIVER, ERASE, FETCH, URGENT
from bot.watch import Watch

log = structlog.get_logger()

CONCURRENCY = {ANSWER: 8, DELIVER: 16, URGENT: 8, FETCH: 2, ERASE: 1}  # jobs at a time, by queue
HEARTBEAT_SECONDS = 1.0
STALLED_SECONDS = 5.0  # a worker silent for so long is dead: its jobs are given to others
# Jobs are announced by the database; the poll is for the announcement that procrastinate's worker forgets, as it does with
# each that comes while it fetches a job (procrastinate 3.10, `_new_job_event.clear()`): it must not cost a patient seconds.
POLL_SECONDS = 1.0
GRACE_SECONDS = 10.0


def make_queue(database_url: str) -> procrastinate.App:
    """The queue on the product's own database."""
    connector = procrastinate.PsycopgConnector(conninfo=database_url, min_size=2, max_size=12)
    return procrastinate.App(connector=connector)


def register(queue: procrastinate.App, services: Services, outbox: Outbox, stages: Sequence[Stage]) -> None:
    """Name the tasks. Neither retries by itself: what is due again says so in its row, and the watch defers it."""

    async def answer_conversation(key: str) -> None:
        await answer(services, stages, UUID(key))

    async def deliver_lane(key: str) -> None:
        await outbox.deliver(key)

    async def fetch_files(key: str) -> None:
        await fetch(services, UUID(key))
        await take_in(services, UUID(key))

    async def erase(key: str) -> None:
        await carry_out(services, int(key))

    queue.task(name=ERASE)(_logged(ERASE, erase))
    queue.task(name=ANSWER)(_logged(ANSWER, answer_conversation))
    queue.task(name=DELIVER)(_logged(DELIVER, deliver_lane))
    queue.task(name=URGENT)(_logged(URGENT, deliver_lane))
    queue.task(name=FETCH)(_logged(FETCH, fetch_files))


def _logged(task: str, run: Callable[[str], Awaitable[None]]) -> Callable[[str], Awaitable[None]]:
    """Errors by kind and place only: procrastinate would log their words."""

    async def logged(key: str) -> None:
        try:
            await run(key)
        except Exception:
            log.error("job failed", task=task, exc_info=True)

    return logged


async def work(queue: procrastinate.App, watch: Watch) -> None:
    """Take jobs and watch, until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(take_jobs(queue), name="jobs")
        group.create_task(watch.run(STALLED_SECONDS), name="watch")


async def take_jobs(queue: procrastinate.App, poll_seconds: float = POLL_SECONDS) -> None:
    """Run until cancelled. Alone, without a watch, nothing happens that becomes due by the clock."""
    async with asyncio.TaskGroup() as group:
        for name, concurrency in CONCURRENCY.items():
            group.create_task(_worker(queue, name, concurrency, poll_seconds), name=name)


async def _worker(queue: procrastinate.App, name: str, concurrency: int, poll_seconds: float) -> None:
    await queue.run_worker_async(
        queues=[name],
        concurrency=concurrency,
        fetch_job_polling_interval=poll_seconds,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        install_signal_handlers=False,
        delete_jobs="always",
    )
