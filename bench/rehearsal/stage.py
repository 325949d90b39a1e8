"""The whole product in this process, wired as in `bot.app`, between emulated providers; and waiting until it is at rest."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import text

from bench.rehearsal.engine import RealRasa
from bench.rehearsal.log import Log, kept
from bot.app import Puente, listen_to_telegram, opened, web
from bot.config import Settings
from bot.worker import take_jobs
from sandbox import Sandbox, running
from sandbox.people import templates_of
from sandbox.server import listen, serving

OFFICE = Path(__file__).parents[1] / "day_office.yml"
SHIPPED_OFFICE = Path(__file__).parents[2] / "data" / "office.yml"  # whose templates are worded beside it
PATIENCE = 60.0  # real seconds in which whatever is due must be done
GLANCE = 0.01  # real seconds
LOOK_AGAIN = 0.5  # real seconds: as often as the watch looks in a running product
POLL = 0.2  # real seconds: a second is long in a fast clock
LEAST = timedelta(seconds=5)  # of the clock there, between two looks

# Work that nobody has done yet, by when it is due: of each lane only the head counts, what is behind it waits for it.
_OPEN = text("""
    SELECT coalesce(c.wake_at, m.received_at) AS due, 'message ' || m.id AS what
      FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.answered_at IS NULL
    UNION ALL
    SELECT due_at, 'send ' || id FROM (
        SELECT DISTINCT ON (lane) id, due_at FROM sends WHERE state IN ('pending', 'sending') ORDER BY lane, id
    ) heads
    UNION ALL
    SELECT announce_by, 'announcement ' || id FROM cases WHERE announce_by IS NOT NULL AND closed_at IS NULL
""")


@dataclass
class Stage:
    """The product, both providers and their clock, and what was logged."""

    puente: Puente
    box: Sandbox
    log: Log

    def now(self) -> datetime:
        return self.box.clock.now()

    def move_to(self, moment: datetime) -> None:
        """The clock never goes back: a step that took its time in earnest is simply longer."""
        self.box.clock.move_to(max(moment, self.now()))

    async def step(self, moment: datetime) -> None:
        """Go on to `moment`, do what falls due on the way in its time, then look once."""
        await self._rest()
        while (due := await self._next()) is not None and due < moment:
            self.move_to(max(due, self.now() + LEAST))
            await self.puente.watch.look()
            await self._rest()
        self.move_to(moment)
        await self.puente.watch.look()
        await self._rest()

    async def _rest(self) -> None:
        """Until nothing is under way: no message unanswered, no bubble unsent that is due. AssertionError with what is left."""
        loop = asyncio.get_running_loop()
        begun = looked = loop.time()
        while left := await self._under_way():
            assert loop.time() < begun + PATIENCE, f"the product did not come to rest: {left}"
            if loop.time() > looked + LOOK_AGAIN:
                await self.puente.watch.look()
                looked = loop.time()
            await asyncio.sleep(GLANCE)

    async def _under_way(self) -> list[str]:
        if self.box.at_rest:
            left = [what for due, what in await self._open() if due <= self.now()]
            if left or self.box.at_rest:
                return left
        return ["between the phones and the product"]

    async def _next(self) -> datetime | None:
        return min((due for due, _ in await self._open()), default=None)

    async def _open(self) -> list[tuple[datetime, str]]:
        async with self.puente.services.database.session() as session:
            return [(due, what) for due, what in await session.execute(_OPEN)]


@contextlib.asynccontextmanager
async def staged(database_url: str, rasa: RealRasa, key: str, begins: datetime) -> AsyncIterator[Stage]:
    """Everything started on a migrated, empty database; it is `begins` there."""
    async with running(templates=templates_of(SHIPPED_OFFICE), office_file=OFFICE) as box:
        box.clock.move_to(begins)
        box.twilio.status_delay = 0.0
        box.twilio.webhook_options = "#rc=5&rp=all"  # as the README has the hospital set it
        with kept(box.clock.now) as log:
            sock = listen("127.0.0.1", 0)
            port = sock.getsockname()[1]
            box.connect(f"http://127.0.0.1:{port}")
            settings = _settings(box, database_url, rasa, key, port)
            async with (
                opened(settings, box.clock.now) as puente,
                serving(web(puente), sock),
                _working(puente),
            ):
                yield Stage(puente, box, log)


@contextlib.asynccontextmanager
async def _working(puente: Puente) -> AsyncIterator[None]:
    await listen_to_telegram(puente)
    jobs = asyncio.create_task(take_jobs(puente.queue, POLL))
    try:
        yield
    finally:
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)


def _settings(box: Sandbox, database_url: str, rasa: RealRasa, key: str, port: int) -> Settings:
    """As the environment would give them, none read from this machine."""
    values: dict[str, object] = {
        "sandbox": "on",
        "database_url": SecretStr(database_url),
        "office_file": OFFICE,
        "encryption_key": SecretStr(key),
        "telegram_mode": "webhook",
        "rasa_url": rasa.url,
        "rasa_token": SecretStr(rasa.token),
        "port": port,
        **{name.lower(): value for name, value in box.credentials.items()},
    }
    return Settings.model_validate({**values, "telegram_webhook_secret": SecretStr("rehearsal")})
