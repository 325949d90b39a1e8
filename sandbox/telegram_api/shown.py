"""From a Bot API message to the bubble that the person's phone shows."""

from datetime import UTC, datetime
from typing import Any

from sandbox.phone import Bubble, ContactCard, Place, ShownFile
from sandbox.telegram_api import keyboards
from sandbox.telegram_api.chats import Chats
from sandbox.telegram_api.entities import header_of

# field of the message → kind of file on the phone
FILES = {
    "photo": "image",
    "document": "document",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "sticker": "sticker",
}


def bubble_of(chats: Chats, message: dict[str, Any], *, mine: bool, author: str = "") -> Bubble:
    """A new bubble for a stored message."""
    bubble = Bubble(
        id=str(message["message_id"]),
        mine=mine,
        sent_at=datetime.fromtimestamp(message["date"], UTC),
        author=author,
        statuses=["sent"],
    )
    return refresh(chats, bubble, message)


def refresh(chats: Chats, bubble: Bubble, message: dict[str, Any]) -> Bubble:
    """Show the message as it is now."""
    bubble.text = message.get("text") or message.get("caption") or ""
    bubble.header = header_of(bubble.text, message.get("entities") or message.get("caption_entities") or [])
    bubble.options = keyboards.options(message.get("reply_markup", {}))
    bubble.reply_to = str(message.get("reply_to_message", {}).get("message_id", ""))
    bubble.file = _file(chats, message)
    bubble.place = _place(message)
    bubble.contact = _contact(message)
    return bubble


def _file(chats: Chats, message: dict[str, Any]) -> ShownFile | None:
    field = next((name for name in FILES if name in message), None)
    if field is None:
        return None
    told = message[field][-1] if field == "photo" else message[field]
    stored = chats.files[told["file_id"]]
    return ShownFile(FILES[field], stored.content, stored.content_type, stored.name)


def _place(message: dict[str, Any]) -> Place | None:
    told = message.get("location")
    label = message.get("venue", {}).get("title", "")
    return Place(told["latitude"], told["longitude"], label) if told else None


def _contact(message: dict[str, Any]) -> ContactCard | None:
    told = message.get("contact")
    if told is None:
        return None
    return ContactCard(f"{told['first_name']} {told.get('last_name', '')}".strip(), told["phone_number"])
