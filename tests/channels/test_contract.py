"""What every channel does alike. A new channel adds its rows here and passes."""

import hashlib
import hmac
import logging
import traceback
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.channels import base
from bot.channels.base import AttachmentKind, Bubble, Channel, ChannelName, Event, Ignored, Option
from bot.channels.errors import (
    BadConfig,
    ContactUnreachable,
    Malformed,
    OutcomeUnknown,
    SendError,
    Throttled,
    Unavailable,
    WindowClosed,
)
from bot.channels.telegram import verify as telegram_verify
from bot.channels.telegram.parse import parse_update
from bot.channels.telegram.send import Telegram, TelegramSettings
from bot.channels.whatsapp import verify as whatsapp_verify
from bot.channels.whatsapp.parse import parse_inbound, parse_status
from bot.channels.whatsapp.send import WhatsApp
from sandbox import Sandbox
from sandbox.telegram_api.people import TelegramUser

from . import payloads
from .conftest import Line, nobody_listens, whatsapp_settings

# --- what comes in ----------------------------------------------------------------------------------------

URL, SECRET = "https://puente.example/webhooks/whatsapp", "5ecret"


@dataclass(frozen=True)
class Door:
    """`opens(proof, secret)`: whether a webhook with this proof enters where `secret` is configured."""

    opens: Callable[[str, str], bool]
    proof: str
    text: Callable[[str], Event]
    unsupported: Callable[[], Event]
    unknown: Callable[[], Event]
    malformed: Callable[[], Event]


def _twilio_opens(proof: str, secret: str) -> bool:
    return whatsapp_verify.verify(URL, payloads.whatsapp(), proof, secret.split(","))


def _twilio_proof() -> str:
    signed = URL + "".join(key + value for key, value in sorted(payloads.whatsapp()))
    return b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _telegram(**fields: object) -> Event:
    return parse_update(payloads.telegram(**fields), payloads.BOT_ID)


DOORS = {
    "whatsapp": Door(
        opens=_twilio_opens,
        proof=_twilio_proof(),
        text=lambda text: parse_inbound(payloads.whatsapp(Body=text)),
        unsupported=lambda: parse_inbound(payloads.whatsapp(MessageType="unknown")),
        unknown=lambda: parse_inbound(payloads.whatsapp(MessageType="reaction")),
        malformed=lambda: parse_inbound([]),
    ),
    "telegram": Door(
        opens=telegram_verify.verify,
        proof=SECRET,
        text=lambda text: _telegram(text=text),
        unsupported=partial(_telegram, poll={"id": "1"}),
        unknown=lambda: parse_update({"update_id": 1, "kind_of_tomorrow": {}}, payloads.BOT_ID),
        malformed=lambda: parse_update([], payloads.BOT_ID),
    ),
}


@pytest.fixture(params=list(DOORS))
def door(request: pytest.FixtureRequest) -> Door:
    return DOORS[request.param]


def test_a_genuine_webhook_enters(door: Door) -> None:
    assert door.opens(door.proof, SECRET)


@pytest.mark.parametrize("proof", ["", "wrong", " ", "ñ"])
def test_a_webhook_without_proof_stays_outside(door: Door, proof: str) -> None:
    assert not door.opens(proof, SECRET)


def test_a_truncated_proof_stays_outside(door: Door) -> None:
    assert not door.opens(door.proof[:-1], SECRET)


def test_nothing_enters_where_no_secret_is_configured(door: Door) -> None:
    assert not door.opens(door.proof, "")
    assert not door.opens("", "")


def test_a_text_arrives_as_it_was_typed(door: Door) -> None:
    event = door.text("  ¿cuánto\ncuesta? 💙 /start  ")
    assert isinstance(event, base.Message)
    assert event.text == "  ¿cuánto\ncuesta? 💙 /start  "
    assert all((event.account, event.provider_id, event.address, event.message_ref))


def test_a_repeated_webhook_has_the_same_id(door: Door) -> None:
    first, again = door.text("hola"), door.text("hola")
    assert isinstance(first, base.Message)
    assert isinstance(again, base.Message)
    assert first.provider_id == again.provider_id


def test_something_we_cannot_show_is_still_a_message(door: Door) -> None:
    event = door.unsupported()
    assert isinstance(event, base.Message)
    assert [attachment.kind for attachment in event.attachments] == [AttachmentKind.OTHER]


def test_an_authentic_webhook_of_unknown_kind_is_ignored_with_a_reason(door: Door) -> None:
    event = door.unknown()
    assert isinstance(event, Ignored)
    assert event.reason.isidentifier()


def test_a_malformed_webhook_is_named_so(door: Door) -> None:
    with pytest.raises(Malformed):
        door.malformed()


# --- what goes out ----------------------------------------------------------------------------------------

HELLO = Bubble("hola & <adiós>")


async def test_a_text_is_shown_as_it_was_written(line: Line) -> None:
    receipt = await line.channel.send(line.address, HELLO, "send-1")
    shown = await line.shows()
    assert (shown.id, shown.text) == (receipt.provider_id, HELLO.text)


async def test_options_are_shown_with_their_tokens(line: Line) -> None:
    options = (Option("t1", "Sí"), Option("t2", "No"))
    await line.channel.send(line.address, Bubble("¿Sigue?\n\nDígame.", options=options), "send-1")
    shown = await line.shows()
    assert [(option.token, option.title) for option in shown.options] == [("t1", "Sí"), ("t2", "No")]
    assert shown.text == "¿Sigue?\n\nDígame."


async def test_a_header_stands_above_the_text(line: Line) -> None:
    await line.channel.send(line.address, replace(HELLO, header="Puente <1>"), "send-1")
    header, text = (await line.shows()).text.split("\n")
    assert header.strip("*") == "Puente <1>"
    assert text == HELLO.text


async def test_a_text_of_the_full_length_is_one_bubble(line: Line) -> None:
    text = "á" * line.channel.limits.text
    await line.channel.send(line.address, Bubble(text), "send-1")
    assert (await line.shows()).text == text


async def test_a_text_with_options_of_the_full_length_keeps_its_buttons(line: Line) -> None:
    text = "á" * line.channel.limits.text_with_options
    await line.channel.send(line.address, Bubble(text, options=(Option("t1", "Sí"),)), "send-1")
    assert len((await line.shows()).options) == 1


async def test_throttling_says_how_long(line: Line) -> None:
    line.provider.faults.throttle(line.method, retry_after=7)
    error = await _error(line, Throttled)
    assert isinstance(error, Throttled)
    assert error.retry_after > 0
    await line.person.hears_nothing(within=0.2)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_failing_server_may_have_sent_it(line: Line, status: int) -> None:
    line.provider.faults.server_error(line.method, status)
    await _error(line, OutcomeUnknown)


async def test_a_lost_answer_may_have_sent_it(line: Line) -> None:
    line.provider.faults.lose_response(line.method)
    await _error(line, OutcomeUnknown)
    assert (await line.shows()).text == HELLO.text


async def test_a_time_out_may_have_sent_it_and_the_next_try_works(line: Line) -> None:
    line.provider.faults.hang(line.method, seconds=1.5)
    await _error(line, OutcomeUnknown)
    await line.channel.send(line.address, HELLO, "send-1")
    assert (await line.shows()).text == HELLO.text


async def test_after_an_unknown_outcome_the_channel_looks_or_says_that_it_cannot(line: Line) -> None:
    since = datetime.now(UTC)
    line.provider.faults.lose_response(line.method)
    await _error(line, OutcomeUnknown)
    if line.channel.name is ChannelName.TELEGRAM:
        with pytest.raises(OutcomeUnknown):
            await line.channel.find_sent(line.address, HELLO, since)
    else:
        receipt = await line.channel.find_sent(line.address, HELLO, since)
        assert receipt is not None
        assert receipt.provider_id == (await line.shows()).id


async def test_a_provider_that_cannot_be_reached_has_sent_nothing(line: Line, box: Sandbox) -> None:
    channel = _channel(line, box, api_base=nobody_listens())
    with pytest.raises(Unavailable):
        await channel.send(line.address, HELLO, "send-1")
    await channel.close()


async def test_wrong_credentials_are_for_the_operator(line: Line, box: Sandbox) -> None:
    channel = _channel(line, box, token="7000000009:wrong-token")
    with pytest.raises(BadConfig) as caught:
        await channel.send(line.address, HELLO, "send-1")
    assert "wrong-token" not in "".join(traceback.format_exception(caught.value))
    await channel.close()


@pytest.mark.parametrize("fault", ["throttle", "server_error", "drop", "lose_response"])
async def test_errors_tell_no_secret_and_no_number(line: Line, fault: str) -> None:
    getattr(line.provider.faults, fault)(line.method)
    error = await _error(line, SendError)
    told = "".join(traceback.format_exception(error)) + repr(error)
    assert not [secret for secret in line.secrets if secret in told]


async def test_logs_tell_no_secret_no_number_and_no_text(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sandbox").setLevel(logging.CRITICAL)
    await line.channel.send(line.address, Bubble("palabra-secreta"), "send-1")
    line.provider.faults.server_error(line.method)
    await _error(line, OutcomeUnknown)
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("uvicorn"))
    assert not [secret for secret in (*line.secrets, "palabra-secreta") if secret in ours]


async def test_settings_do_not_show_their_secrets(box: Sandbox) -> None:
    shown = repr(whatsapp_settings(box)) + repr(TelegramSettings(box.settings.telegram_token))
    assert box.settings.auth_token not in shown
    assert box.settings.telegram_token not in shown


async def test_a_blocked_bot_stops_writing_on_telegram(telegram: Telegram, ana: TelegramUser) -> None:
    await ana.block()
    with pytest.raises(ContactUnreachable):
        await telegram.send(str(ana.id), HELLO, "send-1")


@pytest.mark.parametrize(("code", "kind"), [("63016", WindowClosed), ("63014", ContactUnreachable)])
def test_whatsapp_tells_of_a_closed_window_and_a_block_afterwards(code: str, kind: type[SendError]) -> None:
    update = parse_status(payloads.whatsapp_status("failed", ErrorCode=code), "send-1")
    assert isinstance(update, base.StatusUpdate)
    assert type(update.error) is kind


async def _error(line: Line, kind: type[SendError]) -> SendError:
    with pytest.raises(kind) as caught:
        await line.channel.send(line.address, HELLO, "send-1")
    return caught.value


def _channel(line: Line, box: Sandbox, api_base: str = "", token: str = "") -> Channel:
    if line.channel.name is ChannelName.TELEGRAM:
        settings = TelegramSettings(token or box.settings.telegram_token, api_base or box.telegram_base)
        return Telegram(settings)
    differing = {"api_base": api_base or box.twilio_base, "auth_token": token or box.settings.auth_token}
    return WhatsApp(whatsapp_settings(box, **differing))
