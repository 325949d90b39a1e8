"""What goes wrong at Twilio, as the real client sees it."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox import Sandbox
from sandbox.twilio_api import WhatsAppUser
from tests.sandbox.clients import NUMBER, send
from tests.sandbox.stub_bot import StubBot


@pytest.fixture
async def luz(box: Sandbox, stub: StubBot) -> WhatsAppUser:
    luz = box.twilio.user(NUMBER, "Luz")
    await luz.say("hola")
    return luz


async def impatiently(call: Awaitable[Any]) -> Any:
    """AsyncTwilioHttpClient takes a time-out and ignores it (twilio 9.13)."""
    return await asyncio.wait_for(call, 0.3)


async def test_throttled_call_was_not_processed(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.throttle("messages.create", retry_after=2)
    with pytest.raises(TwilioRestException) as caught:
        await send(box, twilio)
    assert (caught.value.status, caught.value.code) == (429, 20429)
    await send(box, twilio)
    await luz.hears("hola")
    assert len(luz.bubbles) == 1


async def test_server_error_is_told(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.server_error("messages.create", 503)
    with pytest.raises(TwilioRestException) as caught:
        await send(box, twilio)
    assert caught.value.status == 503


async def test_fault_of_another_address_is_not_ours(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.server_error("*", address="whatsapp:+5215500000999")
    await send(box, twilio)
    await luz.hears("hola")


async def test_ordered_error_has_its_code(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.reject("messages.create", 400, 63015, "sandbox not joined")
    with pytest.raises(TwilioRestException, match="sandbox not joined") as caught:
        await send(box, twilio)
    assert caught.value.code == 63015


async def test_dropped_connection_stores_nothing(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.drop("messages.create", times=5)
    with pytest.raises(aiohttp.ClientError):
        await send(box, twilio)
    box.twilio.faults.clear()
    assert await twilio.messages.list_async(to=NUMBER) == []


async def test_lost_response_can_be_looked_up(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.lose_response("messages.create", seconds=5)
    with pytest.raises(TimeoutError):
        await impatiently(send(box, twilio))
    (found,) = await twilio.messages.list_async(to=NUMBER)
    assert found.body == "hola"
    await luz.hears("hola")


async def test_lost_response_with_cut_connection(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.faults.lose_response("messages.create")
    with pytest.raises(aiohttp.ClientError):
        await send(box, twilio)
    assert len(await twilio.messages.list_async(to=NUMBER)) == 1


async def test_silence_before_acceptance_leaves_nothing(
    box: Sandbox, twilio: Client, luz: WhatsAppUser
) -> None:
    box.twilio.faults.hang("messages.create", seconds=5)
    with pytest.raises(TimeoutError):
        await impatiently(send(box, twilio))
    assert await twilio.messages.list_async(to=NUMBER) == []
