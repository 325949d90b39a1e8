"""Is a message in Twilio's list the bubble that we tried to send? Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels.base import Bubble
from bot.channels.whatsapp import outgoing

_NEVER_ARRIVED = ("failed", "undelivered", "canceled")  # Message status values of Twilio's Messages resource


def is_since(message: Any, since: datetime) -> bool:
    """Whether it was made at or after `since` (aware)."""
    created = message.date_created
    return isinstance(created, datetime) and created >= since


def says(message: Any, bubble: Bubble, wording: str = "") -> bool:
    """Whether Twilio's message resource is this bubble, as far as the resource tells, and may have arrived.

    It names neither MediaUrl nor ContentSid: a file is known by having media and the same text, a template by
    its `wording` ("Caso {{1}}: …") with the values filled in.
    """
    if not str(message.direction or "").startswith("outbound") or message.status in _NEVER_ARRIVED:
        return False
    body, has_media = _words(message.body or ""), str(message.num_media or "0") != "0"
    if bubble.file:
        return has_media and body == _words(outgoing.text_of(bubble))
    return not has_media and _same_words(body, bubble, wording)


def _same_words(body: str, bubble: Bubble, wording: str) -> bool:
    if bubble.template:
        return bool(wording) and body.startswith(_filled(wording, bubble.template.values))
    if bubble.options:  # a numbered text begins the same
        return body.startswith(_words(outgoing.text_of(bubble))) or not body
    return body == _words(outgoing.text_of(bubble))


def _filled(wording: str, values: Sequence[str]) -> str:
    for n, value in enumerate(outgoing.template_values(values), start=1):
        wording = re.sub(rf"{{{{\s*{n}\s*}}}}", value.replace("\\", r"\\"), wording)
    return _words(wording)


def _words(text: str) -> str:
    """Twilio gives line breaks and blanks back as it likes."""
    return " ".join(text.split())
