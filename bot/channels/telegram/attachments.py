"""What a Telegram message carries besides text (https://core.telegram.org/bots/api#message). Pure.

Plain dictionaries are read, not `telegram.Update`: its `de_json` raises on payloads of a shape it does not
know, and one odd message must neither be lost nor block the chat behind it.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels import vcard
from bot.channels.base import Attachment, AttachmentKind
from bot.channels.reading import clean, e164

Fields = Mapping[str, Any]

# Sent by Telegram about the chat, not by a person to us (telegram.ext.filters.StatusUpdate, 22.8).
_SERVICE_KEYS = """
boost_added channel_chat_created chat_background_set chat_owner_changed chat_owner_left chat_shared
checklist_tasks_added checklist_tasks_done connected_website delete_chat_photo
direct_message_price_changed forum_topic_closed forum_topic_created forum_topic_edited
forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden gift gift_upgrade_sent
giveaway giveaway_completed giveaway_created giveaway_winners group_chat_created left_chat_member
managed_bot_created message_auto_delete_timer_changed new_chat_members new_chat_photo new_chat_title
paid_message_price_changed passport_data pinned_message proximity_alert_triggered refunded_payment
successful_payment suggested_post_approval_failed suggested_post_approved suggested_post_declined
suggested_post_paid suggested_post_refunded supergroup_chat_created unique_gift users_shared
video_chat_ended video_chat_participants_invited video_chat_scheduled video_chat_started web_app_data
write_access_allowed
"""

# Around a message, whatever it holds.
_ENVELOPE_KEYS = """
author_signature business_connection_id caption caption_entities chat date direct_messages_topic
edit_date effect_id entities external_reply forward_date forward_from forward_from_chat
forward_from_message_id forward_origin forward_sender_name forward_signature from has_media_spoiler
has_protected_content is_automatic_forward is_from_offline is_paid_post is_topic_message
link_preview_options media_group_id message_id message_thread_id paid_star_count quote reply_markup
reply_to_checklist_task_id reply_to_message reply_to_story sender_boost_count sender_business_bot
sender_chat sender_tag show_caption_above_media suggested_post_info text via_bot
"""

_SERVICE = frozenset(_SERVICE_KEYS.split())
_ENVELOPE = frozenset(_ENVELOPE_KEYS.split())


def attachments(message: Fields) -> tuple[Attachment, ...]:
    """What the message carries. A kind nobody knows yet is OTHER: the person did send something."""
    for key, read in _READERS.items():
        if isinstance(message.get(key), dict | list):
            return (read(message[key]),)
    unknown = message.keys() - _ENVELOPE - _SERVICE
    return (Attachment(AttachmentKind.OTHER),) if unknown else ()


def is_service(message: Fields) -> bool:
    """Whether Telegram tells of the chat: a pinned message, a new title, a payment."""
    return not _SERVICE.isdisjoint(message)


def own_phone(message: Fields) -> str:
    """E.164 of a shared contact, if it is the sender's own: anybody can share anybody's number."""
    contact, sender = message.get("contact"), message.get("from")
    if not isinstance(contact, dict) or not isinstance(sender, dict):
        return ""
    user_id = contact.get("user_id")
    own = user_id is not None and user_id == sender.get("id")
    return e164(clean(contact.get("phone_number"))) if own else ""


def _file(kind: AttachmentKind) -> Callable[[Any], Attachment]:
    def read(file: Any) -> Attachment:
        fields = file if isinstance(file, dict) else {}
        size = fields.get("file_size")
        return Attachment(
            kind=kind,
            reference=clean(fields.get("file_id")),
            content_type=clean(fields.get("mime_type")),
            name=clean(fields.get("file_name")),
            size=size if isinstance(size, int) else None,
            label=clean(fields.get("emoji")),
        )

    return read


def _photo(sizes: Any) -> Attachment:
    """The largest of the sizes that Telegram made; always a JPEG."""
    known = [size for size in sizes if isinstance(size, dict)] if isinstance(sizes, list) else []
    largest = max(known, key=_area, default={})
    return _file(AttachmentKind.IMAGE)({**largest, "mime_type": "image/jpeg"})


def _area(size: Fields) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _sticker(sticker: Any) -> Attachment:
    fields = sticker if isinstance(sticker, dict) else {}
    animated, video = fields.get("is_animated"), fields.get("is_video")
    content_type = "application/x-tgsticker" if animated else "video/webm" if video else "image/webp"
    return _file(AttachmentKind.STICKER)({**fields, "mime_type": content_type})


def _contact(contact: Any) -> Attachment:
    fields = contact if isinstance(contact, dict) else {}
    name = " ".join(filter(None, (clean(fields.get("first_name")), clean(fields.get("last_name")))))
    number, card = clean(fields.get("phone_number")), vcard.read(clean(fields.get("vcard")))
    organisation = card.organisation
    return Attachment(
        AttachmentKind.CONTACT, phone=e164(number) or number, label=name, organisation=organisation
    )


def _place(place: Any, label: str = "") -> Attachment:
    fields = place if isinstance(place, dict) else {}
    latitude, longitude = _degrees(fields.get("latitude")), _degrees(fields.get("longitude"))
    return Attachment(AttachmentKind.LOCATION, latitude=latitude, longitude=longitude, label=label)


def _venue(venue: Any) -> Attachment:
    fields = venue if isinstance(venue, dict) else {}
    label = ", ".join(filter(None, (clean(fields.get("title")), clean(fields.get("address")))))
    return _place(fields.get("location"), label)


def _degrees(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if number else None


def _emoji(dice: Any) -> Attachment:
    return Attachment(AttachmentKind.OTHER, label=clean(dice.get("emoji")) if isinstance(dice, dict) else "")


# In this order: a venue comes with its location, an animation with the same file as a document.
_READERS: dict[str, Callable[[Any], Attachment]] = {
    "photo": _photo,
    "voice": _file(AttachmentKind.AUDIO),
    "audio": _file(AttachmentKind.AUDIO),
    "video": _file(AttachmentKind.VIDEO),
    "video_note": _file(AttachmentKind.VIDEO),
    "animation": _file(AttachmentKind.VIDEO),
    "document": _file(AttachmentKind.DOCUMENT),
    "sticker": _sticker,
    "contact": _contact,
    "venue": _venue,
    "location": _place,
    "dice": _emoji,
}
