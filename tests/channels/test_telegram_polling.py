import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.errors import Malformed
from bot.channels.telegram import polling
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.send import Telegram
from sandbox import Sandbox
from sandbox.telegram_api.people import TelegramUser

from .conftest import PUBLIC_URL, eventually, nobody_listens

Store = Callable[[dict[str, Any]], Awaitable[None]]


class Inbox:
    """Stores updates, after failing as often as told."""

    def __init__(self, *failures: Exception) -> None:
        self.texts: list[str] = []
        self.asked = 0
        self._failures = list(failures)

    async def store(self, update: dict[str, Any]) -> None:
        self.asked += 1
        if self._failures:
            raise self._failures.pop(0)
        self.texts.append(update.get("message", {}).get("text", ""))

    async def gets(self, *texts: str) -> None:
        await eventually(lambda: self.texts == list(texts))


@asynccontextmanager
async def polled(box: Sandbox, store: Store, base: str = "") -> AsyncIterator[Poller]:
    poller = Poller(box.settings.telegram_token, base or box.telegram_base, store)
    task = asyncio.create_task(poller.run())
    try:
        yield poller
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_FIRST_PAUSE", 0.05)
    monkeypatch.setattr(polling, "_LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(polling, "_WAIT", 1)


async def test_updates_arrive_in_order(box: Sandbox, ana: TelegramUser) -> None:
    inbox = Inbox()
    await ana.say("uno")
    async with polled(box, inbox.store):
        await inbox.gets("/start", "uno")
        await ana.say("dos")
        await inbox.gets("/start", "uno", "dos")


async def test_an_update_that_could_not_be_stored_comes_again(box: Sandbox, ana: TelegramUser) -> None:
    inbox = Inbox(RuntimeError("database is away"), RuntimeError("still away"))
    async with polled(box, inbox.store):
        await inbox.gets("/start")
    assert inbox.asked == 3


async def test_an_update_is_confirmed_only_after_it_was_stored(box: Sandbox, ana: TelegramUser) -> None:
    started = asyncio.Event()

    async def never_done(update: dict[str, Any]) -> None:
        started.set()
        await asyncio.sleep(60)

    async with polled(box, never_done):
        await asyncio.wait_for(started.wait(), 5)
    inbox = Inbox()
    async with polled(box, inbox.store):
        await inbox.gets("/start")


async def test_a_malformed_update_does_not_hold_up_the_next(box: Sandbox, ana: TelegramUser) -> None:
    inbox = Inbox(Malformed("not an update"))
    await ana.say("uno")
    async with polled(box, inbox.store):
        await inbox.gets("uno")


@pytest.mark.parametrize("fault", ["throttle", "server_error", "drop", "lose_response"])
async def test_a_failing_provider_is_asked_again(box: Sandbox, ana: TelegramUser, fault: str) -> None:
    settings = {"retry_after": 0} if fault == "throttle" else {}
    getattr(box.telegram.faults, fault)("getUpdates", **settings)
    inbox = Inbox()
    async with polled(box, inbox.store):
        await inbox.gets("/start")


async def test_a_second_process_and_a_webhook_are_explained_to_the_operator(
    box: Sandbox, telegram: Telegram, ana: TelegramUser
) -> None:
    await telegram.set_webhook(f"{PUBLIC_URL}/webhooks/telegram", "5ecret")
    inbox = Inbox()
    with capture_logs() as logs:
        async with polled(box, inbox.store):
            await eventually(lambda: bool(logs))
    assert logs[0]["status"] == 409
    assert "TELEGRAM_MODE=webhook" in logs[0]["advice"]
    assert box.settings.telegram_token not in str(logs)


async def test_logs_of_a_failing_poller_do_not_tell_the_token(box: Sandbox) -> None:
    with capture_logs() as logs:
        async with polled(box, Inbox().store, base=nobody_listens()):
            await eventually(lambda: bool(logs))
    assert logs[0]["error"] == "ConnectError"
    assert box.settings.telegram_token not in str(logs)


async def test_a_poller_does_not_run_twice(box: Sandbox) -> None:
    async with polled(box, Inbox().store) as poller:
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError):
            await poller.run()
