"""Updates posted to the bot: in order per queue, tried again with growing pauses, a failing one blocks only its queue.

Source: tdlib/telegram-bot-api WebhookActor. Unlike Telegram, plain http and any port are allowed.
"""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.clock import Clock
from sandbox.reach import Reach
from sandbox.telegram_api.errors import bad_request
from sandbox.telegram_api.updates import Pending, Updates

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PATIENCE = 60.0  # seconds without an answer


@dataclass(slots=True)
class Webhook:
    """What setWebhook stored, and the last failure for getWebhookInfo."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: tuple[int, str] | None = None  # Unix time, text


class WebhookDelivery:
    """Empties the queues towards the webhook while one is set."""

    first_pause = 0.1  # seconds before the first repetition; doubles each time

    def __init__(
        self,
        updates: Updates,
        clock: Clock,
        reach: Reach,
        http: httpx.AsyncClient,
        call: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.webhook = Webhook()
        self._updates, self._clock, self._reach, self._http = updates, clock, reach, http
        self._call = call  # carries out a method that the bot wrote into its answer
        self._running: dict[str, asyncio.Task[None]] = {}  # by queue
        self._places = asyncio.Semaphore(self.webhook.max_connections)
        updates.webhook_is_set = lambda: bool(self.webhook.url)
        updates.on_add = self.deliver

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """setWebhook; an empty URL removes it. ApiError 400 on a bad URL or secret."""
        if url and not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        self.webhook = Webhook(url, secret, max_connections)
        self._places = asyncio.Semaphore(max_connections)
        for task in self._running.values():
            task.cancel()
        self._running.clear()
        self._updates.wake()
        self.deliver()

    def deliver(self) -> None:
        """Start a task for each queue that has something and none yet."""
        if not self.webhook.url:
            return
        for queue in {p.queue for p in self._updates.pending()} - self._running.keys():
            task = asyncio.create_task(self._drain(queue))
            self._running[queue] = task

    @property
    def idle(self) -> bool:
        """No update on its way to the bot."""
        return not self._running

    async def close(self) -> None:
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _drain(self, queue: str) -> None:
        pause = self.first_pause
        try:
            while self.webhook.url and (pending := self._head(queue)) is not None:
                asked = await self._post(pending)
                if asked is None:
                    self._updates.confirm([pending])
                    pause = self.first_pause
                else:
                    await asyncio.sleep(asked or pause)
                    pause = min(pause * 2, random.uniform(60, 120))  # noqa: S311
        finally:
            if self._running.get(queue) is asyncio.current_task():
                del self._running[queue]

    def _head(self, queue: str) -> Pending | None:
        return next((p for p in self._updates.pending() if p.queue == queue), None)

    async def _post(self, pending: Pending) -> float | None:
        """None when the bot took it; otherwise the seconds it asked to wait (0: unsaid)."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        headers["Content-Type"] = "application/json"
        body = json.dumps(pending.body)  # escaped, so that a raw update may hold any text
        url = self._reach.inner(self.webhook.url)
        try:
            async with self._places:
                answer = await self._http.post(url, content=body, headers=headers, timeout=_PATIENCE)
        except httpx.HTTPError as error:
            return self._failed(type(error).__name__, 0.0)
        if not answer.is_success:
            text = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
            return self._failed(text, _seconds(answer.headers.get("Retry-After", "")))
        await self._carry_out(answer)
        return None

    def _failed(self, text: str, wait: float) -> float:
        self.webhook.last_error = (int(self._clock.now().timestamp()), text)
        return wait

    async def _carry_out(self, answer: httpx.Response) -> None:
        if answer.headers.get("content-type", "").startswith("application/json"):
            body = answer.json()
            if isinstance(body, dict) and "method" in body:
                await self._call(body)


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), 3600.0) if retry_after.isdigit() else 0.0
