"""Is it still the same person? A number may pass to somebody else: then nothing of before is told here until a consultant
has made sure (`confirmar 104`). Signs of it: WhatsApp names another person behind the number, or 90 days without a word."""

from datetime import datetime, timedelta

from bot.store.encrypted import keyring
from bot.store.tables import Conversation

SILENCE = timedelta(days=90)


def look(conversation: Conversation, person: str, now: datetime) -> str:
    """Of a message that came now: the first sign of somebody else (person, silence), or "". Before `last_inbound_at` is
    moved on."""
    known, last = conversation.person, conversation.last_inbound_at
    seen = keyring.blind(f"person:{person}") if person else known
    conversation.person = seen
    if last is None or conversation.role != "patient" or conversation.doubted_at:
        return ""
    sign = "person" if known not in (None, seen) else "silence" if now - last > SILENCE else ""
    if sign:
        conversation.doubted_at = now
    return sign


def confirm(conversation: Conversation) -> None:
    """A consultant has made sure who writes."""
    conversation.doubted_at = None
