"""What Twilio posts to the bot: inbound messages, status callbacks, retries."""

import asyncio
import base64
import json

import httpx
import pytest
from twilio.rest import Client  # type: ignore[import-untyped]

from sandbox import Sandbox
from sandbox.twilio_api import WhatsAppUser
from tests.sandbox.clients import NUMBER, send
from tests.sandbox.stub_bot import StubBot


@pytest.fixture
async def luz(box: Sandbox, stub: StubBot) -> WhatsAppUser:
    return box.twilio.user(NUMBER, "Luz", bsuid="whatsapp:MX.12345")


async def test_text_arrives_signed_with_every_field(box: Sandbox, stub: StubBot, luz: WhatsAppUser) -> None:
    bubble = await luz.say("¿cuánto cuesta? + 50%")
    form = stub.inbound[0]
    assert form["Body"] == "¿cuánto cuesta? + 50%"
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == bubble.id
    assert (form["From"], form["To"], form["WaId"]) == (NUMBER, box.settings.sender, "5215500000123")
    assert (form["NumMedia"], form["NumSegments"], form["MessageType"]) == ("0", "1", "text")
    assert form["ExternalUserId"] == "whatsapp:MX.12345"
    assert json.loads(form["ChannelMetadata"])["type"] == "whatsapp"
    assert stub.tokens[0]
    assert bubble.status == "delivered"


async def test_public_address_is_signed_and_loopback_is_called(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser, twilio: Client
) -> None:
    stub.public_url = "https://puente.example"
    box.connect(stub.url, stub.public_url)
    await luz.say("hola")
    await send(box, twilio, status_callback="https://puente.example/webhooks/whatsapp/status?send=7")
    await stub.arrived(stub.statuses, 4)
    assert stub.forged == 0
    assert stub.statuses[0]["query"] == "send=7"


async def test_sender_without_a_number_writes_from_her_bsuid(
    box: Sandbox, stub: StubBot, twilio: Client
) -> None:
    berta = box.twilio.user("whatsapp:+573000000001", "berta.u", bsuid="whatsapp:CO.9f", share_phone=False)
    await berta.say("hola")
    assert stub.inbound[0]["From"] == "whatsapp:CO.9f"
    assert "WaId" not in stub.inbound[0]
    await send(box, twilio, to="whatsapp:CO.9f")
    await berta.hears("hola")


async def test_media_is_fetched_with_basic_auth_over_a_redirect(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser, twilio: Client
) -> None:
    bubble = await luz.send_photo(b"jpeg", caption="mi estudio")
    form = stub.inbound[0]
    assert (form["NumMedia"], form["MediaContentType0"], form["MessageType"]) == ("1", "image/jpeg", "image")
    assert bubble.id.startswith("MM")
    auth = (box.settings.account_sid, box.settings.auth_token)
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(form["MediaUrl0"])).status_code == 401
        assert (await http.get(form["MediaUrl0"], auth=auth)).status_code == 307
        found = await http.get(form["MediaUrl0"], auth=auth, follow_redirects=True)
        assert (found.content, found.headers["content-type"]) == (b"jpeg", "image/jpeg")
        (media,) = await twilio.messages(bubble.id).media.list_async()
        await twilio.messages(bubble.id).media(media.sid or "").delete_async()
        assert (await http.get(form["MediaUrl0"], auth=auth)).status_code == 404


async def test_other_kinds_of_content_arrive(stub: StubBot, luz: WhatsAppUser) -> None:
    await luz.send_document(b"%PDF", name="estudio.pdf")
    await luz.send_voice(b"OggS")
    await luz.send_video(b"mp4")
    await luz.send_sticker(b"webp")
    await luz.send_contact("Mamá", "+525500000001")
    await luz.send_location(19.4, -99.1, "Casa")
    kinds = [f["MessageType"] for f in stub.inbound]
    assert kinds == ["document", "audio", "video", "sticker", "contacts", "location"]
    assert stub.inbound[4]["MediaContentType0"] == "text/vcard"
    assert (stub.inbound[5]["Latitude"], stub.inbound[5]["Label"]) == ("19.4", "Casa")
    assert [f["Body"] for f in stub.inbound[1:]] == [""] * 5


async def test_quote_names_the_message_for_seven_days(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser, twilio: Client
) -> None:
    first = await luz.say("hola")
    sent = await send(box, twilio)
    await luz.quote(await luz.hears("hola"), "esto")
    assert stub.inbound[-1]["OriginalRepliedMessageSid"] == sent.sid
    assert stub.inbound[-1]["OriginalRepliedMessageSender"] == box.settings.sender
    box.clock.advance(days=8)
    await luz.quote(first, "¿y esto?")
    assert "OriginalRepliedMessageSid" not in stub.inbound[-1]


async def test_unknown_fields_are_signed_too(stub: StubBot, luz: WhatsAppUser) -> None:
    await luz.say("hola", extra={"SomethingNew": "1", "Blank": ""})
    assert (stub.inbound[0]["SomethingNew"], stub.inbound[0]["Blank"]) == ("1", "")
    assert stub.forged == 0


async def test_raw_form_can_be_forged_or_repeated(box: Sandbox, stub: StubBot, luz: WhatsAppUser) -> None:
    await luz.say("hola")
    assert await luz.raw(box.twilio.posted[0].form) == 200
    assert stub.inbound[0] == stub.inbound[1]
    assert await luz.raw({"Body": "x"}, signature="bad") == 403


async def test_server_error_is_not_repeated(stub: StubBot, luz: WhatsAppUser) -> None:
    stub.answers = [500]
    bubble = await luz.say("hola")
    assert len(stub.inbound) == 1
    assert luz.answers == [500]
    assert bubble.status == "sent"


async def test_server_error_is_repeated_when_asked_for(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser
) -> None:
    box.twilio.webhook_options = "#rc=2&rp=all"
    stub.answers = [500, 0]
    await luz.say("hola")
    assert len(stub.inbound) == 3
    assert len(set(stub.tokens)) == 1
    assert luz.answers == [200]


async def test_refused_connection_is_tried_once_more(box: Sandbox, luz: WhatsAppUser) -> None:
    box.connect("http://127.0.0.1:9")
    await luz.say("hola")
    assert [p.status for p in box.twilio.posted] == [None, None]
    assert box.twilio.posted[0].idempotency_token == box.twilio.posted[1].idempotency_token


async def test_status_callbacks_follow_the_message(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser, twilio: Client
) -> None:
    await luz.say("hola")
    message = await send(box, twilio, status_callback=f"{stub.url}/webhooks/whatsapp/status?send=42")
    await stub.arrived(stub.statuses, 4)
    assert [s["MessageStatus"] for s in stub.statuses] == ["queued", "sent", "delivered", "read"]
    assert {s["MessageSid"] for s in stub.statuses} == {message.sid}
    assert stub.statuses[2]["EventType"] == "DELIVERED"
    assert stub.statuses[0]["query"] == "send=42"


async def test_failure_is_called_back_with_its_code(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser, twilio: Client
) -> None:
    box.twilio.faults.fail_later(63010)
    await luz.say("hola")
    await send(box, twilio, status_callback=f"{stub.url}/webhooks/whatsapp/status")
    await stub.arrived(stub.statuses, 2)
    assert stub.statuses[-1]["MessageStatus"] == "failed"
    assert stub.statuses[-1]["ErrorCode"] == "63010"


async def test_callbacks_can_come_backwards_and_twice(
    box: Sandbox, stub: StubBot, luz: WhatsAppUser, twilio: Client
) -> None:
    box.twilio.scramble_statuses = box.twilio.repeat_statuses = True
    await luz.say("hola")
    await send(box, twilio, status_callback=f"{stub.url}/webhooks/whatsapp/status")
    await stub.arrived(stub.statuses, 8)
    assert [s["MessageStatus"] for s in stub.statuses][::2] == ["read", "delivered", "sent", "queued"]


async def test_without_read_receipts_it_stays_delivered(
    box: Sandbox, luz: WhatsAppUser, twilio: Client
) -> None:
    luz.reads = False
    await luz.say("hola")
    await send(box, twilio)
    bubble = await luz.hears("hola")
    await asyncio.sleep(0.1)
    assert bubble.status == "delivered"


async def test_signature_header_is_base64(box: Sandbox, stub: StubBot, luz: WhatsAppUser) -> None:
    assert (
        await luz.raw({"MessageSid": "SM1"}, headers={"X-Twilio-Signature": base64.b64encode(b"x").decode()})
        == 403
    )
