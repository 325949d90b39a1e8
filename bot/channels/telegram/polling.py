"""Long polling, for an office without a public address (https://core.telegram.org/bots/api#getupdates)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import structlog

from bot.channels import network
from bot.channels.errors import Malformed
from bot.channels.telegram.parse import KINDS

Store = Callable[[dict[str, Any]], Awaitable[None]]

_WAIT = 25  # seconds that Telegram holds a request open when there is nothing new
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds between failing requests
_log = structlog.get_logger("telegram.polling")


class Poller:
    """Asks for updates and confirms each only after `store` has returned.

    `store` is given the raw update. If it raises, the update is asked for again; if it raises Malformed, the
    update is dropped, as a webhook would with 400. A webhook must have been deleted before.
    """

    def __init__(self, token: str, api_base: str, store: Store) -> None:
        self._url = f"{api_base.rstrip('/')}/bot{token}/getUpdates"
        self._store = store
        self._offset = 0
        self._running = False

    async def run(self) -> None:
        """Poll until cancelled. Raises RuntimeError when this poller already runs."""
        if self._running:
            raise RuntimeError("this poller already runs")
        self._running = True
        try:
            async with network.client(10.0, read=_WAIT + 10.0) as client:
                await self._poll(client)
        finally:
            self._running = False

    async def _poll(self, client: httpx.AsyncClient) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._take(await self._updates(client))
                pause = _FIRST_PAUSE
            except _Refused as refusal:
                await asyncio.sleep(max(pause, refusal.retry_after))
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception as error:  # a poller that stops is a deaf bot: name it, wait, go on
                _log.warning("telegram.polling.failed", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _updates(self, client: httpx.AsyncClient) -> list[Any]:
        """The next updates; asking from `offset` on confirms all before it."""
        asked = {"offset": self._offset, "timeout": _WAIT, "limit": 100, "allowed_updates": list(KINDS)}
        answer = await client.post(self._url, json=asked)
        body = answer.json()
        if answer.is_success and isinstance(body.get("result"), list):
            return list(body["result"])
        raise _refusal(answer.status_code, body)

    async def _take(self, updates: list[Any]) -> None:
        for update in updates:
            if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
                continue  # cannot be confirmed by itself: the next one's offset does
            try:
                await self._store(update)
            except Malformed:
                _log.warning("telegram.polling.malformed")
            self._offset = update["update_id"] + 1


class _Refused(Exception):
    def __init__(self, retry_after: float) -> None:
        super().__init__()
        self.retry_after = retry_after


def _refusal(status: int, body: Any) -> _Refused:
    """Says in the log what an operator has to do about it; Telegram's description holds nothing personal."""
    fields = body if isinstance(body, dict) else {}
    parameters = fields.get("parameters")
    wait = parameters.get("retry_after", 0) if isinstance(parameters, dict) else 0
    _log.error("telegram.polling.refused", status=status, advice=_ADVICE.get(status, ""))
    return _Refused(float(wait))


_ADVICE = {
    401: "TELEGRAM_BOT_TOKEN is not valid",
    404: "TELEGRAM_BOT_TOKEN is not valid",
    409: "another process polls with this token, or a webhook is set: stop it, or set TELEGRAM_MODE=webhook",
}
