"""What the real Twilio client can send, what is refused, and what the person sees."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox import Sandbox
from sandbox.twilio_api import WhatsAppUser
from tests.sandbox.clients import APPROVED, NUMBER, fails, send, twilio_client
from tests.sandbox.stub_bot import StubBot, until


@pytest.fixture
async def luz(box: Sandbox, stub: StubBot) -> WhatsAppUser:
    """Somebody who has just written: her window is open."""
    luz = box.twilio.user(NUMBER, "Luz")
    await luz.say("hola")
    return luz


async def test_message_is_queued_then_reaches_the_phone(
    box: Sandbox, twilio: Client, luz: WhatsAppUser
) -> None:
    message = await send(box, twilio, body="Buenos días")
    assert (message.status, message.direction, message.num_media) == ("queued", "outbound-api", "0")
    bubble = await luz.hears("buenos días")
    assert bubble.id == message.sid
    await until(lambda: bubble.status == "read")
    assert (await twilio.messages(message.sid).fetch_async()).status == "read"
    assert bubble.statuses == ["sent", "delivered", "read"]


async def test_wrong_token_is_20003(box: Sandbox) -> None:
    client = twilio_client(box, token="wrong")
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(client.messages.create, to=NUMBER, from_=box.settings.sender, body="x")
    assert (caught.value.status, caught.value.code) == (401, 20003)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"body": "x" * 1601}, 21617),
        ({"to": "whatsapp:5500000123"}, 21211),
        ({"to": "whatsapp:+52 55"}, 21211),
        ({"to": "+5215500000123"}, 21910),
        ({"from_": "whatsapp:+14155559999"}, 63007),
        ({"to": "whatsapp:+14155550100"}, 63031),
        ({"body": ""}, 21602),
        ({"content_variables": "{}"}, 21654),
        ({"content_sid": "HX" + "0" * 32}, 21655),
        ({"content_sid": APPROVED, "content_variables": "no json"}, 21656),
        ({"content_sid": APPROVED, "content_variables": "[1]"}, 21656),
        ({"media_url": ["nowhere"]}, 21620),
        ({"status_callback": "https://a_b.example/x"}, 21609),
    ],
)
async def test_wrong_requests_are_refused_at_once(box: Sandbox, twilio: Client, how: Any, code: int) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await send(box, twilio, **how)
    assert (caught.value.status, caught.value.code) == (400, code)


async def test_text_of_1600_fits(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    await send(box, twilio, body="x" * 1600)
    await luz.hears("xxx")


async def test_free_text_outside_the_window_fails_later(
    box: Sandbox, twilio: Client, luz: WhatsAppUser
) -> None:
    box.clock.advance(hours=25)
    assert await fails(box, twilio) == 63016
    assert luz.bubbles == []
    await luz.say("sigo aquí")
    await send(box, twilio)
    await luz.hears("hola")


async def test_somebody_who_never_wrote_is_outside_the_window(box: Sandbox, twilio: Client) -> None:
    assert await fails(box, twilio, to="whatsapp:+5215500000999") == 63016


async def test_media_is_really_fetched(
    box: Sandbox, twilio: Client, luz: WhatsAppUser, stub: StubBot
) -> None:
    stub.files["cita.pdf"] = (b"%PDF-1.4", "application/pdf")
    message = await send(box, twilio, body=None, media_url=[f"{stub.url}/media/cita.pdf"])
    assert message.sid.startswith("MM")
    bubble = await luz.hears(lambda b: b.file is not None)
    assert bubble.file
    assert (bubble.file.kind, bubble.file.content) == ("document", b"%PDF-1.4")
    assert await fails(box, twilio, media_url=[f"{stub.url}/nothing"]) == 63019
    stub.files["page"] = (b"<p>", "text/html")
    assert await fails(box, twilio, media_url=[f"{stub.url}/media/page"]) == 63005


async def test_place_is_shown(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    await send(box, twilio, persistent_action=["geo:19.4,-99.1|Oficina"])
    bubble = await luz.hears("hola")
    assert bubble.place
    assert (bubble.place.latitude, bubble.place.label) == (19.4, "Oficina")


async def test_opted_out_person_gets_nothing_until_she_opts_in(
    box: Sandbox, twilio: Client, luz: WhatsAppUser, stub: StubBot
) -> None:
    await luz.opt_out("BAJA")
    assert stub.inbound[-1]["OptOutType"] == "STOP"
    assert await fails(box, twilio) == 21610
    await luz.opt_in()
    await send(box, twilio)
    await luz.hears("hola")


async def test_keywords_are_twilios_only_with_advanced_opt_out(
    box: Sandbox, luz: WhatsAppUser, stub: StubBot
) -> None:
    await luz.say("STOP")
    assert "OptOutType" not in stub.inbound[-1]
    box.twilio.advanced_opt_out = True
    await luz.say("stop")
    assert stub.inbound[-1]["OptOutType"] == "STOP"


async def test_blocked_message_stays_sent_for_ever(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    await luz.block()
    message = await send(box, twilio)
    await asyncio.sleep(0.2)
    fetched = await twilio.messages(message.sid).fetch_async()
    assert (fetched.status, fetched.error_code) == ("sent", None)
    assert luz.bubbles == []


async def test_person_who_left_whatsapp_is_63024(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    luz.leave_whatsapp()
    assert await fails(box, twilio) == 63024


async def test_pair_rate_is_limited_when_switched_on(box: Sandbox, twilio: Client, luz: WhatsAppUser) -> None:
    box.twilio.pair_rate = True
    for _ in range(45):
        await send(box, twilio)
    assert await fails(box, twilio) == 63018
    box.clock.advance(minutes=5)
    await send(box, twilio, body="otra vez")
    await luz.hears("otra vez")


async def test_messages_are_listed_by_address_and_date(
    box: Sandbox, twilio: Client, luz: WhatsAppUser
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    sent = [await send(box, twilio, body=str(n)) for n in range(3)]
    found = await twilio.messages.list_async(to=NUMBER, date_sent_after=since, page_size=2)
    assert [m.sid for m in found] == [m.sid for m in reversed(sent)]
    assert await twilio.messages.list_async(to=NUMBER, date_sent_after=since + timedelta(days=1)) == []
    inbound = await twilio.messages.list_async(from_=NUMBER)
    assert [m.body for m in inbound] == ["hola"]


async def test_message_is_redacted_and_deleted_once_finished(
    box: Sandbox, twilio: Client, luz: WhatsAppUser
) -> None:
    box.twilio.status_delay = 0.2
    message = await send(box, twilio)
    with pytest.raises(TwilioRestException) as caught:
        await twilio.messages(message.sid).delete_async()
    assert caught.value.code == 20009
    await luz.hears("hola")
    assert (await twilio.messages(message.sid).update_async(body="")).body == ""
    assert await twilio.messages(message.sid).delete_async()
    with pytest.raises(TwilioRestException, match="not found"):
        await twilio.messages(message.sid).fetch_async()


@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_typing_is_shown_and_marks_read(box: Sandbox, luz: WhatsAppUser, version: str) -> None:
    messaging = twilio_client(box).messaging
    sid = luz.timeline[0].id
    if version == "v2":
        act = messaging.v2.typing_indicator.create
        answer = await asyncio.to_thread(act, channel="whatsapp", message_id=sid)
    else:
        from twilio.rest.messaging.v3.typing_indicator import TypingIndicatorList  # type: ignore[import-untyped]

        request = TypingIndicatorList.TypingIndicatorRequest({"channel": "WHATSAPP", "messageId": sid})
        answer = await asyncio.to_thread(messaging.v3.typing_indicator.create, request)
    assert answer.success
    assert luz.phone.typing_until is not None
    assert luz.timeline[0].status == "read"
