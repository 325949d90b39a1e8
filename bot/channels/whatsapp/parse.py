"""Twilio's webhook forms, read (https://www.twilio.com/docs/messaging/guides/webhook-request). Pure."""

import math
from collections.abc import Mapping, Sequence

from bot.channels.base import (
    Attachment,
    AttachmentKind,
    ChannelName,
    DeliveryStatus,
    Event,
    Ignored,
    Message,
    StatusUpdate,
)
from bot.channels.errors import Malformed, Rejected, SendError
from bot.channels.reading import clean, e164
from bot.channels.whatsapp import errors

Pairs = Sequence[tuple[str, str]]
Fields = Mapping[str, str]

PREFIX = "whatsapp:"
_MAX_MEDIA = 10
_KIND_OF_TYPE = {  # MessageType is seen in real payloads but not documented
    "image": AttachmentKind.IMAGE,
    "document": AttachmentKind.DOCUMENT,
    "audio": AttachmentKind.AUDIO,
    "voice": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "sticker": AttachmentKind.STICKER,
    "location": AttachmentKind.LOCATION,
    "contacts": AttachmentKind.CONTACT,
}
_KIND_OF_MEDIA = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
    "application": AttachmentKind.DOCUMENT,
    "text": AttachmentKind.DOCUMENT,
}
_VCARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_NOTHING_TO_SEE = {"": "empty", "text": "empty", "reaction": "reaction", "system": "service"}
_STATUSES = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.ACCEPTED,
    "sending": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
    "undelivered": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}


def parse_inbound(pairs: Pairs) -> Event:
    """The event in an inbound webhook: `Message`, or `Ignored` with the reason. Unknown fields are skipped.

    Raises Malformed without a message id or a sender.
    """
    fields = _fields(pairs)
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or ""
    sender = fields.get("From", "")
    if not sid or not sender.removeprefix(PREFIX):
        raise Malformed("an inbound message without MessageSid or From")
    if not sender.startswith(PREFIX):
        return _ignored("other_channel")  # the same Twilio account may receive SMS or Messenger
    if fields.get("MessageStatus"):
        return _ignored("status")  # the console's status URL points to the inbound webhook
    return _message(fields, sid, sender)


def parse_status(pairs: Pairs, reference: str = "") -> Event:
    """The event in a status callback (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).

    `reference` is our id of the send, from the query string of the callback's URL. Callbacks come unordered
    and more than once. Raises Malformed without a message id.
    """
    fields = _fields(pairs)
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    if not sid:
        raise Malformed("a status callback without MessageSid")
    status = _STATUSES.get((fields.get("MessageStatus") or fields.get("SmsStatus") or "").lower())
    if status is None:
        return _ignored("status")
    error = _failure(fields) if status is DeliveryStatus.FAILED else None
    return StatusUpdate(ChannelName.WHATSAPP, sid, status, error, clean(reference))


def _message(fields: Fields, sid: str, sender: str) -> Event:
    choice = fields.get("ButtonPayload") or fields.get("ListId") or ""
    text = fields.get("Body") or fields.get("ButtonText") or fields.get("ListTitle") or ""
    attachments = _attachments(fields)
    if not (text or choice or attachments):
        kind = fields.get("MessageType", "").lower()
        if kind in _NOTHING_TO_SEE:
            return _ignored(_NOTHING_TO_SEE[kind])
        attachments = (_unseen(fields),)
    return Message(
        channel=ChannelName.WHATSAPP,
        account=fields.get("To", "").removeprefix(PREFIX),
        provider_id=sid,
        address=sender,
        text=text,
        aliases=_aliases(fields, sender),
        phone=_phone(sender),
        person=fields.get("ExternalUserId", "").strip().removeprefix(PREFIX),
        sender_name=fields.get("ProfileName", ""),
        choice=choice,
        attachments=attachments,
        message_ref=sid,
        quoted_id=fields.get("OriginalRepliedMessageSid", ""),
        opt_out_type=fields.get("OptOutType", "").upper(),
    )


def _fields(pairs: Pairs) -> Fields:
    """The first value of each key: repeated keys do not occur in genuine webhooks."""
    fields: dict[str, str] = {}
    for key, value in pairs:
        fields.setdefault(key, clean(value))
    return fields


def _phone(sender: str) -> str:
    """E.164 when the sender shows a number; since 2026 it may be a user id ("whatsapp:MX.1234") instead."""
    address = sender.removeprefix(PREFIX)
    return e164(address) if address.startswith("+") else ""


def _aliases(fields: Fields, sender: str) -> tuple[str, ...]:
    """The person's number and business-scoped user id, both without prefix.

    WaId is not used: it is unreliable just when no number is shared.
    """
    user_id = fields.get("ExternalUserId", "").strip().removeprefix(PREFIX)
    if not user_id and not _phone(sender):
        user_id = sender.removeprefix(PREFIX)
    return tuple(alias for alias in (_phone(sender), user_id) if alias)


def _attachments(fields: Fields) -> tuple[Attachment, ...]:
    return (*_media(fields), *_location(fields))


def _media(fields: Fields) -> list[Attachment]:
    """By the URLs, not by NumMedia: real payloads carry NumMedia=0 next to a MediaUrl0."""
    found = [
        Attachment(
            kind=_media_kind(fields.get(f"MediaContentType{n}", ""), fields.get("MessageType", "")),
            reference=fields[f"MediaUrl{n}"],
            content_type=fields.get(f"MediaContentType{n}", ""),
        )
        for n in range(_MAX_MEDIA)
        if fields.get(f"MediaUrl{n}")
    ]
    if not found and fields.get("NumMedia", "").strip("0 ").isdigit():  # Twilio announces what it cannot give
        return [_unseen(fields)]
    return found


def _unseen(fields: Fields) -> Attachment:
    """Something that the person sent and Twilio does not show us."""
    return Attachment(_KIND_OF_TYPE.get(fields.get("MessageType", "").lower(), AttachmentKind.OTHER))


def _media_kind(content_type: str, message_type: str) -> AttachmentKind:
    if message_type.lower() == "sticker":
        return AttachmentKind.STICKER
    essence = content_type.partition(";")[0].strip().lower()
    if essence in _VCARDS:
        return AttachmentKind.CONTACT
    by_type = _KIND_OF_TYPE.get(message_type.lower(), AttachmentKind.OTHER)
    return _KIND_OF_MEDIA.get(essence.partition("/")[0], by_type)


def _location(fields: Fields) -> list[Attachment]:
    if not (fields.get("Latitude") and fields.get("Longitude")):
        return []
    latitude, longitude = _degrees(fields["Latitude"], 90), _degrees(fields["Longitude"], 180)
    if latitude is None or longitude is None:
        latitude = longitude = None  # a place all the same: its label may say enough
    label = ", ".join(part for part in (fields.get("Label"), fields.get("Address")) if part)
    return [Attachment(AttachmentKind.LOCATION, latitude=latitude, longitude=longitude, label=label)]


def _degrees(value: str, limit: int) -> float | None:
    try:
        degrees = float(value)
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None


def _failure(fields: Fields) -> SendError:
    code = fields.get("ErrorCode", "").strip()
    if code in {"", "0"}:
        return Rejected(fields.get("MessageStatus", ""))
    return errors.named(code)


def _ignored(reason: str) -> Ignored:
    return Ignored(ChannelName.WHATSAPP, reason)
