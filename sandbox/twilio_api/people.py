"""The people of WhatsApp: what a person can do in the app, and what her phone shows."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.phone import Bubble, ContactCard, Phone, PhoneHolder, Place, ShownOption, pick, typed, vcard
from sandbox.twilio_api.delivery import shown_file
from sandbox.twilio_api.records import MediaRecord, MessageRecord, new_sid

if TYPE_CHECKING:
    from sandbox.twilio_api.api import TwilioApi

_QUOTABLE = timedelta(days=7)
_TYPES = {
    "image": "image/jpeg",
    "document": "application/pdf",
    "audio": "audio/ogg",
    "video": "video/mp4",
    "sticker": "image/webp",
}
# what Twilio itself says by default (twilio.com/docs/messaging/tutorials/advanced-opt-out)
_OPT_OUT_ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class WhatsAppUser(PhoneHolder):
    """A person with WhatsApp. Every act is a signed post to the bot's webhook, awaited like Twilio awaits it."""

    def __init__(
        self, api: "TwilioApi", address: str, profile_name: str, bsuid: str, share_phone: bool
    ) -> None:
        self._api, self.profile_name, self.share_phone = api, profile_name, share_phone
        self.number = address  # whatsapp:+…
        self.bsuid = bsuid  # whatsapp:MX.…
        self.phone = Phone()
        self.blocked = False
        self.gone = False
        self.reads = True  # sends read receipts
        self.last_inbound: datetime | None = None
        self.answers: list[int | None] = []  # HTTP statuses of the bot's webhook

    @property
    def address(self) -> str:
        """The address she writes from: her number, or her BSUID when she shows none."""
        return self.number if self.share_phone else self.bsuid

    async def say(
        self, text: str, quote: Bubble | None = None, extra: Mapping[str, str] | None = None
    ) -> Bubble:
        """Write a text; `extra`: fields that Twilio might add one day."""
        bubble = self._new(text=text)
        return await self._send(
            bubble,
            {"MessageType": "text", **self._heed(self._api.opt_out_keyword(text)), **(extra or {})},
            quote,
        )

    async def quote(self, bubble: Bubble, text: str) -> Bubble:
        return await self.say(text, quote=bubble)

    async def tap(self, option: str | int, bubble: Bubble | None = None) -> Bubble:
        """Tap a button or list row by title, token or place; on the newest bubble that has it, or the one given."""
        if bubble is None:
            shown, found = self.phone.with_option(option)
        else:
            shown, found = bubble, _offered(bubble, option)
        own = self._new(text=found.title)
        return await self._send(own, _tapped(shown, found), shown)

    async def send_photo(self, content: bytes, **how: Any) -> Bubble:
        """The `send_…` methods take content_type, name (documents, as Body) and caption, all optional."""
        return await self._send_file("image", content, **how)

    async def send_image(self, content: bytes, **how: Any) -> Bubble:
        return await self._send_file("image", content, **how)

    async def send_document(self, content: bytes, **how: Any) -> Bubble:
        return await self._send_file("document", content, **how)

    async def send_audio(self, content: bytes, **how: Any) -> Bubble:
        return await self._send_file("audio", content, **how)

    async def send_voice(self, content: bytes, **how: Any) -> Bubble:
        return await self._send_file("audio", content, **how)

    async def send_video(self, content: bytes, **how: Any) -> Bubble:
        return await self._send_file("video", content, **how)

    async def send_sticker(self, content: bytes, **how: Any) -> Bubble:
        return await self._send_file("sticker", content, **how)

    async def send_contact(self, name: str, phone: str, organisation: str = "") -> Bubble:
        """A contact card arrives as a vCard file."""
        card = vcard(name, phone, organisation)
        bubble = self._new()
        bubble.contact = ContactCard(name, phone)
        return await self._send(
            bubble, {"MessageType": "contacts"}, None, self._media(card.encode(), "text/vcard")
        )

    async def send_location(self, latitude: float, longitude: float, label: str = "") -> Bubble:
        bubble = self._new()
        bubble.place = Place(latitude, longitude, label)
        fields = {"MessageType": "location", "Latitude": str(latitude), "Longitude": str(longitude)}
        return await self._send(bubble, fields | ({"Label": label, "Address": label} if label else {}))

    async def block(self) -> None:
        """Block the number. WhatsApp tells nobody: messages stay `sent`."""
        self.blocked = True
        self.phone.touch()

    async def unblock(self) -> None:
        self.blocked = False
        self.phone.touch()

    async def opt_out(self, word: str = "STOP") -> Bubble:
        """Advanced Opt-Out took the word: Twilio answers for itself and refuses later sends (21610)."""
        return await self._send(self._new(text=word), {"MessageType": "text", **self._heed("STOP")})

    async def opt_in(self, word: str = "START") -> Bubble:
        return await self._send(self._new(text=word), {"MessageType": "text", **self._heed("START")})

    def leave_whatsapp(self) -> None:
        """The account is gone: sends fail with 63024."""
        self.gone = True

    async def raw(
        self, form: Mapping[str, str], signature: str | None = None, headers: Mapping[str, str] | None = None
    ) -> int | None:
        """Post any form to the inbound webhook; the HTTP status, None without an answer."""
        return await self._api.post_inbound(form, signature, headers)

    def _new(self, text: str = "") -> Bubble:
        return Bubble(id="", mine=True, sent_at=self._api.clock.now(), text=typed(text))

    def _heed(self, keyword: str) -> dict[str, str]:
        """What Advanced Opt-Out does about its keyword ("": none): remember, answer, and tell the bot."""
        mine = {self.number, self.bsuid}
        if keyword == "STOP":
            self._api.opted_out |= mine
        elif keyword == "START":
            self._api.opted_out -= mine
        if keyword:
            answer = Bubble(new_sid("SM"), False, self._api.clock.now(), _OPT_OUT_ANSWERS[keyword])
            self.phone.mark(self.phone.add(answer), "read")
        return {"OptOutType": keyword} if keyword else {}

    async def _send_file(
        self,
        kind: str,
        content: bytes,
        content_type: str = "",
        name: str = "",
        caption: str = "",
        quote: Bubble | None = None,
    ) -> Bubble:
        media = self._media(content, content_type or _TYPES[kind])
        bubble = self._new(text=caption or (name if kind == "document" else ""))
        return await self._send(bubble, {"MessageType": kind}, quote, media)

    def _media(self, content: bytes, content_type: str) -> MediaRecord:
        return MediaRecord(new_sid("ME"), content, content_type, self._api.clock.now())

    async def _send(
        self,
        bubble: Bubble,
        fields: Mapping[str, str],
        quote: Bubble | None = None,
        media: MediaRecord | None = None,
    ) -> Bubble:
        """Store the inbound message, show it, post it, and mark the bubble by the bot's answer."""
        record = self._record(bubble, media)
        bubble.id, bubble.file = record.sid, bubble.file or (shown_file(media) if media else None)
        bubble.file = None if bubble.contact else bubble.file
        bubble.reply_to = quote.id if quote else ""
        self.phone.mark(self.phone.add(bubble), "sent")
        form = self._form(record, media) | self._context(quote) | dict(fields)
        status = await self._api.post_inbound(form)
        self.answers.append(status)
        if status is not None and status < 300 and bubble.status == "sent":
            self.phone.mark(bubble, "delivered")
        return bubble

    def _record(self, bubble: Bubble, media: MediaRecord | None) -> MessageRecord:
        now = self._api.clock.now()
        self.last_inbound = now
        sid = new_sid("MM" if media else "SM")
        record = MessageRecord(
            sid, "inbound", self.address, self._api.sender.address, bubble.text, now, "received"
        )
        record.sent_at = now
        if media is not None:
            record.media[media.sid] = media
        self._api.messages[sid] = record
        return record

    def _form(self, record: MessageRecord, media: MediaRecord | None) -> dict[str, str]:
        """Every field of an inbound webhook, blank ones included (twilio.com/docs/messaging/guides/webhook-request)."""
        form = {
            "SmsMessageSid": record.sid,
            "NumMedia": "1" if media else "0",
            "ProfileName": self.profile_name,
            "SmsSid": record.sid,
            "SmsStatus": "received",
            "Body": record.body,
            "To": record.to,
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "MessageSid": record.sid,
            "AccountSid": self._api.account_sid,
            "From": record.from_,
            "ApiVersion": "2010-04-01",
            "Forwarded": "false",
            "FrequentlyForwarded": "false",
            "ExternalUserId": self.bsuid,
            "ChannelMetadata": self._metadata(),
        }
        form |= {"WaId": self.number.removeprefix("whatsapp:+")} if self.share_phone else {}
        form |= self._api.service_field()
        if media is not None:
            form |= {"MediaContentType0": media.content_type, "MediaUrl0": self._api.media_url(record, media)}
        return form

    def _metadata(self) -> str:
        return json.dumps({"type": "whatsapp", "data": {"context": {"ProfileName": self.profile_name}}})

    def _context(self, quote: Bubble | None) -> dict[str, str]:
        """The quoted message, told only for the last 7 days."""
        if quote is None or self._api.clock.now() - quote.sent_at > _QUOTABLE:
            return {}
        sender = self.address if quote.mine else self._api.sender.address
        return {"OriginalRepliedMessageSid": quote.id, "OriginalRepliedMessageSender": sender}


def _offered(bubble: Bubble, option: str | int) -> ShownOption:
    found = pick(bubble, option)
    if found is None:
        raise LookupError(f"this bubble does not offer {option!r} but {[o.title for o in bubble.options]}")
    return found


def _tapped(bubble: Bubble, option: ShownOption) -> dict[str, str]:
    """The fields of a tap: a list row has an id and title of its own."""
    if bubble.list_button:
        return {"MessageType": "interactive", "ListId": option.token, "ListTitle": option.title}
    button = {"ButtonText": option.title, "ButtonPayload": option.token, "ButtonType": "REPLY"}
    return {"MessageType": "interactive", **button}
