"""The WhatsApp channel: one bubble, one request to Twilio's Messages resource.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.channels import network
from bot.channels.base import Attachment, Bubble, ChannelName, Limits, Receipt
from bot.channels.errors import OutcomeUnknown, Rejected, SendError, Unavailable
from bot.channels.whatsapp import copies, errors, media, outgoing, sent
from bot.channels.whatsapp.contents import Contents
from bot.channels.whatsapp.parse import PREFIX
from bot.channels.whatsapp.transport import Transport

STATUS_PATH = "/webhooks/whatsapp/status"
_SECONDS = 10.0
_CONTENT_GONE = "21655"  # https://www.twilio.com/docs/api/errors/21655
_LOOK_BACK = timedelta(seconds=2)  # Twilio's dates are whole seconds, its clock is not ours
_LOOK_UP = 50  # messages; newest first, all to one person


@dataclass(frozen=True, slots=True)
class WhatsAppSettings:
    """`sender` or `messaging_service_sid` is needed. Without `public_url` no delivery status comes back."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str = ""  # "whatsapp:+14155238886"
    messaging_service_sid: str = ""
    public_url: str = ""
    api_base: str = ""  # replaces the api and content hosts
    templates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # name -> language -> HX…
    list_button: str = "☰"  # opens a list of options; at most 20 characters


class WhatsApp:
    name: ChannelName = ChannelName.WHATSAPP
    # A document or voice note shows no caption: only a text of its own is sure to be seen, hence caption=0.
    limits: Limits = Limits(
        text=outgoing.TEXT_LIMIT,
        text_with_options=outgoing.BODY_LIMIT,
        options=outgoing.ROWS,
        caption=0,
        file_bytes=outgoing.FILE_BYTES,
        can_edit=False,
        can_quote=False,
    )

    def __init__(self, settings: WhatsAppSettings) -> None:
        self._settings = settings
        self._http = network.client(_SECONDS)
        self._client = _sdk(settings, Transport(self._http))
        self._contents = Contents(self._client)

    async def send(self, address: str, bubble: Bubble, reference: str) -> Receipt:
        """Hand over one bubble; `reference` comes back in the URL of its status callbacks.

        Twilio's yes is not the last word: a closed window, a block or an opt-out is told by status callback.
        """
        arguments = self._route(address, reference) | await self._content(bubble)
        try:
            message = await self._client.messages.create_async(**arguments)
        except TwilioException as error:
            raise self._refused(error, bubble) from None
        return Receipt(str(message.sid))

    async def find_sent(
        self, address: str, bubble: Bubble, since: datetime, besides: Collection[str] = ()
    ) -> Receipt | None:
        """The message to `address` that says the same and is not older than `since` (aware), if there is one.

        Not filtered by DateSent: a message still queued has none. Raises Unavailable when there is no answer,
        OutcomeUnknown for a template whose wording Twilio does not tell.
        """
        wording = await self._wording(bubble)
        try:
            found = await self._client.messages.list_async(
                to=_prefixed(address), limit=_LOOK_UP, page_size=_LOOK_UP
            )
        except (SendError, TwilioException) as error:
            raise errors.harmless(error) from None
        others = (message for message in found if str(message.sid) not in besides)
        recent = (message for message in others if sent.is_since(message, since - _LOOK_BACK))
        return next(
            (Receipt(str(message.sid)) for message in recent if sent.says(message, bubble, wording)), None
        )

    async def open_thread(self, address: str, name: str) -> str:
        """WhatsApp has no topics."""
        return ""

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content of an inbound file, at most 20 MiB. Raises Rejected when it is too large or gone."""
        if not attachment.reference:
            raise Rejected("media", "Twilio gave no address for it")
        auth = (self._settings.account_sid, self._settings.auth_token)
        return await media.fetch(self._http, attachment.reference, auth, self._settings.api_base)

    async def erase_copies(self, addresses: Collection[str], others: Collection[str] = ()) -> bool:
        """Twilio's messages and media from and to these addresses. What is under way (20009) is left for the next time.
        Meta's own copies are out of reach. Raises a SendError when Twilio cannot be asked."""
        try:
            return await copies.erase(self._client, [_prefixed(address) for address in addresses], others)
        except TwilioException as error:
            raise errors.harmless(error) from None

    async def close(self) -> None:
        await self._http.aclose()

    def _route(self, address: str, reference: str) -> dict[str, Any]:
        settings = self._settings
        route: dict[str, Any] = {"to": _prefixed(address)}
        if settings.messaging_service_sid:
            route["messaging_service_sid"] = settings.messaging_service_sid
        else:
            route["from_"] = _prefixed(settings.sender)
        if settings.public_url:
            callback = settings.public_url.rstrip("/") + STATUS_PATH
            route["status_callback"] = f"{callback}?send={quote(reference, safe='')}"
        return route

    async def _content(self, bubble: Bubble) -> dict[str, Any]:
        if bubble.template:
            return outgoing.template_arguments(bubble.template, self._settings.templates)
        if bubble.file and bubble.options:
            raise Rejected("file_with_options", "WhatsApp shows no buttons under a file")
        if bubble.file:
            return outgoing.file_arguments(bubble.file, outgoing.text_of(bubble))
        if bubble.options:
            return await self._options(bubble)
        return {"body": outgoing.text_of(bubble)}

    async def _options(self, bubble: Bubble) -> dict[str, Any]:
        """Buttons or a list; a numbered text when they do not fit or Twilio will not make them."""
        content = outgoing.content_of(bubble, self._settings.list_button)
        if content is None:
            return {"body": outgoing.numbered_text(bubble)}
        try:
            sid = await self._contents.sid(content)
        except SendError:  # the words matter more than the buttons; a wrong token shows at the message itself
            return {"body": outgoing.numbered_text(bubble)}
        return {"content_sid": sid, "content_variables": content.variables}

    async def _wording(self, bubble: Bubble) -> str:
        if not bubble.template:
            return ""
        arguments = outgoing.template_arguments(bubble.template, self._settings.templates)
        wording = await self._contents.wording(arguments["content_sid"])
        if not wording:
            raise OutcomeUnknown("no_lookup", "template without a text")
        return wording

    def _refused(self, error: TwilioException, bubble: Bubble) -> SendError:
        named = errors.refused(error)
        if bubble.options and named.code == _CONTENT_GONE:
            self._contents.forget()
            return Unavailable(named.code, "content is gone: made again next time")
        return named


def _sdk(settings: WhatsAppSettings, transport: Transport) -> Client:
    client = Client(settings.account_sid, settings.auth_token, http_client=transport)
    if settings.api_base:
        client.api.base_url = client.content.base_url = settings.api_base.rstrip("/")
        client.messaging.base_url = settings.api_base.rstrip("/")
    return client


def _prefixed(address: str) -> str:
    return address if address.startswith(PREFIX) else PREFIX + address
