"""1 · The doors: signature or secret checked over the configured public URL, fail closed; parsed; stored; answered at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.base import ChannelName, Event, Ignored, Message, Moved, Reachability, StatusUpdate
from bot.channels.errors import Malformed
from bot.channels.telegram.parse import parse_update
from bot.channels.telegram.verify import verify as verify_telegram
from bot.channels.whatsapp.parse import parse_inbound, parse_status
from bot.channels.whatsapp.verify import signed_url
from bot.channels.whatsapp.verify import verify as verify_whatsapp
from bot.desk import board
from bot.family.groups import leave
from bot.inbox.receive import receive
from bot.observability import metrics
from bot.outbox.deliver import Outbox
from bot.outbox.status import apply_status
from bot.services import Services
from bot.store.contacts import find_conversation, relocate

log = structlog.get_logger()

LARGEST_BODY = 1_000_000  # bytes; Telegram's and Twilio's webhooks are far below
SLOWEST_BODY = 15.0  # seconds
MOST_FIELDS = 200  # checking a signature takes time with the square of their number
NO_REPLY = "<?xml version='1.0' encoding='UTF-8'?><Response/>"


class Refused(Exception):
    """The request is not the provider's, or not what it sends: nothing is stored."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Inbox:
    """Where every event goes, whichever door or poll it came by."""

    def __init__(self, services: Services, outbox: Outbox, telegram_bot_id: str) -> None:
        self.services = services
        self.outbox = outbox
        self.telegram_bot_id = telegram_bot_id

    async def take(self, event: Event) -> None:
        match event:
            case Message():
                await receive(self.services, event)
            case StatusUpdate():
                await apply_status(self.services, self.outbox, event)
            case Reachability():
                await self._reachability(event)
            case Moved():
                await self._moved(event)
            case Ignored():
                metrics.IGNORED.labels(channel=event.channel, reason=event.reason).inc()

    async def _reachability(self, event: Reachability) -> None:
        async with self.services.database.session() as session:
            conversation = await find_conversation(session, event.channel, event.address)
            if conversation is not None and conversation.role == board.ROLE:
                return await board.reachability(self.services, session, conversation, event)
            if conversation is not None:
                conversation.unreachable_at = None if event.reachable else self.services.clock()
        if event.group and event.reachable:
            await leave(self.services, event.address)

    async def _moved(self, event: Moved) -> None:
        """Only the staff group can move: patients are private chats. Both chats tell of it: once is enough."""
        async with self.services.database.session() as session:
            conversation = await find_conversation(session, event.channel, event.old_address)
            if conversation is not None and conversation.address != event.new_address:
                await relocate(session, conversation, event.new_address)
                await board.moved(self.services, session, conversation)

    async def telegram_update(self, data: Any) -> None:
        """One update, from the webhook or the poller. Raises Malformed."""
        await self.take(parse_update(data, self.telegram_bot_id))


def routes(inbox: Inbox) -> list[Route]:
    """The webhook addresses of the outer contract."""
    doors = Doors(inbox)
    return [
        Route("/webhooks/telegram", _guarded(ChannelName.TELEGRAM, doors.telegram), methods=["POST"]),
        Route("/webhooks/whatsapp", _guarded(ChannelName.WHATSAPP, doors.whatsapp), methods=["POST"]),
        Route(
            "/webhooks/whatsapp/status",
            _guarded(ChannelName.WHATSAPP, doors.whatsapp_status),
            methods=["POST"],
        ),
    ]


type Door = Callable[[Request], Awaitable[Response]]


def _guarded(channel: ChannelName, door: Door) -> Door:
    async def guarded(request: Request) -> Response:
        try:
            return await door(request)
        except Refused as refused:
            status, reason = refused.status, refused.reason
        except (Malformed, OverflowError):  # a number beyond any that a provider sends
            status, reason = 400, "malformed"
        except (ClientDisconnect, TimeoutError):
            status, reason = 408, "gone"
        metrics.REFUSED.labels(channel=channel, reason=reason).inc()
        log.warning("webhook refused", channel=channel.value, reason=reason)
        return Response(status_code=status)

    return guarded


class Doors:
    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.settings = inbox.services.settings

    async def telegram(self, request: Request) -> Response:
        secret = self.settings.telegram_webhook_secret
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if secret is None or not verify_telegram(given, secret.get_secret_value()):
            raise Refused(403, "secret")
        try:
            data = json.loads(await _body(request))
        except (ValueError, RecursionError):
            raise Refused(400, "malformed") from None
        await self.inbox.telegram_update(data)
        return Response(status_code=200)

    async def whatsapp(self, request: Request) -> Response:
        event = parse_inbound(await self._signed(request))
        await self.inbox.take(event)
        return Response(NO_REPLY, media_type="text/xml")

    async def whatsapp_status(self, request: Request) -> Response:
        event = parse_status(await self._signed(request), request.query_params.get("send", ""))
        await self.inbox.take(event)
        return Response(status_code=204)

    async def _signed(self, request: Request) -> list[tuple[str, str]]:
        """The form's fields, once Twilio's signature over the public URL holds for one of the valid tokens."""
        body = (await _body(request)).decode("utf-8", "replace")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise Refused(400, "malformed") from None
        url = signed_url(self.settings.base_url, request.url.path, request.url.query)
        signature = request.headers.get("x-twilio-signature", "")
        if not verify_whatsapp(url, pairs, signature, self.settings.twilio_auth_tokens):
            raise Refused(403, "signature")
        if not pairs:
            raise Refused(400, "malformed")
        return pairs


async def _body(request: Request) -> bytes:
    """The body, read no further than what a provider would send."""
    chunks, size = [], 0
    async with asyncio.timeout(SLOWEST_BODY):
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST_BODY:
                raise Refused(413, "too_large")
            chunks.append(chunk)
    return b"".join(chunks)
