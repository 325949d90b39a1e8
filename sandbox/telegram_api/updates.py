"""Updates on their way to the bot: kept until confirmed, fetched by long poll or posted by `webhooks`.

Rules as in the official server (tdlib/telegram-bot-api): kept 24 h, callback queries 150 s; asking for offset N
confirms everything below N; a second poller ends the first with 409.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.telegram_api.errors import ApiError
from sandbox.telegram_api.numbers import first_number

type Update = dict[str, Any]

_ONLY_WHEN_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}
_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"


def _nothing() -> None:
    """What happens by default when the bot has taken an update."""


@dataclass(slots=True)
class Pending:
    """An update not yet confirmed. `queue`: updates of one queue are delivered in order (chat, or tapping user)."""

    id: int
    queue: str
    body: Update
    expires_at: datetime
    taken: Callable[[], None] = _nothing


class Updates:
    """The one queue that polling and webhooks share."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_id = 700_000_000 + first_number()
        self._pending: list[Pending] = []
        self._changed = asyncio.Event()
        self._poller: object | None = None
        self.sent: list[Update] = []  # everything so far, for tests that repeat one
        self.allowed: list[str] = []
        self.webhook_is_set: Callable[[], bool] = lambda: False
        self.on_add: Callable[[], None] = _nothing

    def add(self, kind: str, payload: Update, queue: str, taken: Callable[[], None] = _nothing) -> Update:
        """Queue a new update, unless the bot did not ask for its kind."""
        number = self._next_id
        body = {"update_id": number, kind: payload}
        self._next_id += 1
        if self._wanted(kind):
            life = timedelta(seconds=150) if kind == "callback_query" else timedelta(hours=24)
            self.put(Pending(number, queue, body, self._clock.now() + life, taken))
        return body

    def add_raw(self, body: Update) -> Update:
        """Queue an update as given; its id is kept, so that one can be sent twice."""
        body = {"update_id": self._next_id, **body}
        self._next_id = max(self._next_id, body["update_id"]) + 1
        self.put(Pending(body["update_id"], "raw", body, self._clock.now() + timedelta(hours=24)))
        return body

    def put(self, pending: Pending) -> None:
        self.sent.append(pending.body)
        self._pending.append(pending)
        self.wake()
        self.on_add()

    def pending(self) -> list[Pending]:
        """What is neither confirmed nor expired, oldest first."""
        now = self._clock.now()
        self._pending = [p for p in self._pending if p.expires_at > now]
        return self._pending

    def confirm(self, gone: Iterable[Pending]) -> None:
        """The bot has these."""
        ids = {id(p) for p in gone}
        done = [p for p in self._pending if id(p) in ids]
        self._pending = [p for p in self._pending if id(p) not in ids]
        for pending in done:
            pending.taken()

    def drop_all(self) -> None:
        self._pending = []

    async def poll(self, offset: int | None, limit: int, wait: float) -> list[Update]:
        """getUpdates: up to `limit` updates, waiting at most `wait` s for the first; 409 as the docs say."""
        if self.webhook_is_set():
            raise ApiError(409, _ACTIVE)
        ticket = self._poller = object()
        self.wake()
        self._move_to(offset)
        deadline = time.monotonic() + wait
        while not self.pending() and (left := deadline - time.monotonic()) > 0:
            await self._change(left)
            self._check_still_alone(ticket)
        return [p.body for p in self.pending()[:limit]]

    def _check_still_alone(self, ticket: object) -> None:
        if self.webhook_is_set():
            raise ApiError(409, "terminated by setWebhook request")
        if self._poller is not ticket:
            raise ApiError(409, _TERMINATED)

    def _move_to(self, offset: int | None) -> None:
        """Positive: confirm all below. Negative: forget all but the last |offset|."""
        pending = self.pending()
        if offset is not None and offset < 0:
            self.confirm(pending[:offset])
        elif offset:
            self.confirm([p for p in pending if p.id < offset])

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _ONLY_WHEN_ASKED

    def wake(self) -> None:
        """Something that a poller must look at has changed."""
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    async def _change(self, within: float) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), within)
        except TimeoutError:
            return
