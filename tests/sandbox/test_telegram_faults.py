"""What goes wrong at Telegram, as the real client sees it."""

import time

import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from sandbox import Sandbox, running
from sandbox.telegram_api import TelegramUser
from tests.sandbox.clients import telegram_client


def seconds(error: RetryAfter) -> float:
    return error._retry_after.total_seconds()


@pytest.fixture
async def ana(box: Sandbox) -> TelegramUser:
    ana = box.telegram.user(5001, "Ana")
    await ana.start()
    return ana


async def test_throttled_call_is_told_how_long(box: Sandbox, bot: telegram.Bot, ana: TelegramUser) -> None:
    box.telegram.faults.throttle("sendMessage", retry_after=7)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ana.id, "hola")
    assert seconds(caught.value) == 7
    assert ana.bubbles == []
    await bot.send_message(ana.id, "hola")


async def test_fault_waits_for_its_method_and_address(
    box: Sandbox, bot: telegram.Bot, ana: TelegramUser
) -> None:
    box.telegram.faults.server_error("sendMessage", 500, address="5002")
    box.telegram.faults.server_error("sendPhoto", 502)
    await bot.send_message(ana.id, "hola")
    with pytest.raises(NetworkError):
        await bot.send_photo(ana.id, b"jpeg")


async def test_dropped_connection_stores_nothing(box: Sandbox, bot: telegram.Bot, ana: TelegramUser) -> None:
    box.telegram.faults.drop("sendMessage", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(ana.id, "hola")
        assert not isinstance(caught.value, BadRequest | TimedOut)
    assert ana.bubbles == []


async def test_lost_response_leaves_the_message_behind(box: Sandbox, ana: TelegramUser) -> None:
    box.telegram.faults.lose_response("sendMessage", seconds=5)
    async with telegram_client(box, read_timeout=0.3) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(ana.id, "hola")
    assert ana.last.text == "hola"


async def test_silence_before_acceptance_leaves_nothing(box: Sandbox, ana: TelegramUser) -> None:
    box.telegram.faults.hang("sendMessage", seconds=5)
    async with telegram_client(box, read_timeout=0.3) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(ana.id, "hola")
    assert ana.bubbles == []


async def test_any_error_can_be_ordered(box: Sandbox, bot: telegram.Bot, ana: TelegramUser) -> None:
    box.telegram.faults.reject("sendMessage", 403, 403, "bot is not a member of the channel chat")
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(ana.id, "hola")


async def test_natural_limits_are_off_until_switched_on(
    box: Sandbox, bot: telegram.Bot, ana: TelegramUser
) -> None:
    await bot.send_message(ana.id, "uno")
    await bot.send_message(ana.id, "dos")
    box.telegram.natural_limits = True
    await bot.send_message(ana.id, "tres")
    with pytest.raises(RetryAfter):
        await bot.send_message(ana.id, "cuatro")
    box.clock.advance(seconds=1)
    await bot.send_message(ana.id, "cuatro")


async def test_group_takes_twenty_messages_a_minute(
    box: Sandbox, bot: telegram.Bot, ana: TelegramUser
) -> None:
    group = await box.telegram.group("Guardia", ana)
    box.telegram.natural_limits = True
    for number in range(20):
        await bot.send_message(group.id, str(number))
        box.clock.advance(seconds=1.1)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(group.id, "21")
    assert 30 < seconds(caught.value) < 45


async def test_shutdown_does_not_wait_for_silent_calls() -> None:
    async with running() as box, telegram_client(box, read_timeout=0.2) as bot:
        box.telegram.faults.hang("sendMessage", seconds=60)
        with pytest.raises(TimedOut):
            await bot.send_message(5001, "hola")
        begun = time.monotonic()
    assert time.monotonic() - begun < 2


async def test_what_was_not_heard_is_told(bot: telegram.Bot, ana: TelegramUser) -> None:
    await bot.send_message(ana.id, "buenas tardes")
    with pytest.raises(AssertionError, match="buenas tardes"):
        await ana.hears("buenos días", within=0.05)
    await ana.hears("TARDES")
    await ana.hears_nothing(within=0.05)
