"""Lists that are longer than a bubble: ten at a time, and a button for what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.desk.desk import LISTED, Desk
from bot.dialogue.say import Offer


@dataclass(frozen=True, slots=True)
class Page[T]:
    """What is shown at once, and the buttons that lead on."""

    items: Sequence[T]
    more: Sequence[Offer]


def page_of[T](
    desk: Desk, items: Sequence[T], meaning: Mapping[str, Any], number: int, *, besides: int = 0
) -> Page[T]:
    """Page `number` (from 0) of `items`. `meaning`: of the order that shows it; `besides`: other buttons of the bubble.

    A WhatsApp list has ten rows, the one that leads on included: there a page is shorter than ten.
    """
    room = desk.services.limits(desk.conversation.channel).options - besides
    size = min(LISTED, room)
    if len(items) > size:
        size = min(LISTED, room - 1)
    start = number * size
    onward = [Offer("more", {**meaning, "page": number + 1})] if len(items) > start + size else []
    return Page(items[start : start + size], onward)
