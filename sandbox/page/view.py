"""What the page is told of people and bubbles, as JSON."""

from datetime import datetime
from typing import Any

from sandbox.people import People, Person
from sandbox.phone import Bubble, Phone
from sandbox.twilio_api import WhatsAppUser
from sandbox.twilio_api.delivery import WINDOW

type Json = dict[str, Any]

_CHANNELS = ("whatsapp", "telegram")


def people_view(people: People) -> list[Json]:
    """Who can be shown, and per application how many bubbles of the bot are on that phone."""
    return [
        {
            "key": p.key,
            "role": p.role,
            "name": p.name,
            "channels": {c: _received(p, c) for c in _CHANNELS if getattr(p, c) is not None},
        }
        for p in people.values()
    ]


def phone_view(person: Person, channel: str, after: int, now: datetime) -> Json:
    """What changed on a phone since revision `after`."""
    user = person.telegram if channel == "telegram" else person.whatsapp
    assert user is not None
    phone = user.phone
    return {
        "revision": phone.revision,
        "bubbles": [bubble_view(b) for b in phone.timeline if b.revision > after],
        "typing": typing_left(phone, now),
        "toasts": phone.toasts,
        "blocked": person.telegram.chat.blocked
        if channel == "telegram" and person.telegram
        else _blocked(person),
        "window": window_left(user, now) if isinstance(user, WhatsAppUser) else None,
        "started": channel != "telegram" or bool(person.telegram and person.telegram.chat.open),
    }


def window_left(user: WhatsAppUser, now: datetime) -> float:
    """Seconds until only templates reach this person; 0 once the 24 hours are over, or before she ever wrote."""
    return max((user.last_inbound + WINDOW - now).total_seconds(), 0.0) if user.last_inbound else 0.0


def typing_left(phone: Phone, now: datetime) -> float:
    """Seconds that "typing…" is still to be shown."""
    return max((phone.typing_until - now).total_seconds(), 0.0) if phone.typing_until else 0.0


def bubble_view(bubble: Bubble) -> Json:
    """One bubble; its file is fetched by itself."""
    file = bubble.file
    return {
        "id": bubble.id,
        "mine": bubble.mine,
        "author": bubble.author,
        "text": bubble.text,
        "header": bubble.header,
        "options": [
            {"title": o.title, "description": o.description, "url": o.url, "row": o.row}
            for o in bubble.options
        ],
        "list_button": bubble.list_button,
        "file": {"kind": file.kind, "type": file.content_type, "name": file.name} if file else None,
        "place": {"label": bubble.place.label, "at": f"{bubble.place.latitude}, {bubble.place.longitude}"}
        if bubble.place
        else None,
        "contact": {"name": bubble.contact.name, "phone": bubble.contact.phone} if bubble.contact else None,
        "reply_to": bubble.reply_to,
        "template": bool(bubble.template),
        "status": bubble.status,
        "error": bubble.error,
        "edited": bubble.edited,
        "deleted": bubble.deleted,
        "at": bubble.sent_at.isoformat(),
    }


def _received(person: Person, channel: str) -> int:
    user = person.telegram if channel == "telegram" else person.whatsapp
    return sum(not b.mine for b in user.timeline) if user else 0


def _blocked(person: Person) -> bool:
    return bool(person.whatsapp and person.whatsapp.blocked)
