"""What a consultant can write, by what she wants to do: a page a bubble."""

from collections.abc import Sequence

from bot.desk.desk import Desk, Order
from bot.dialogue.say import Offer, Say

PAGES = ("desk.help", "desk.help.writing", "desk.help.looking", "desk.help.day")


async def help_(desk: Desk, order: Order) -> Sequence[Say]:
    number = int(order.meaning.get("page", 0))
    following = number + 1
    onward = [Offer("more", {"do": "help", "page": following})] if following < len(PAGES) else []
    return [Say(PAGES[number], options=onward)]


async def unknown_button(desk: Desk, order: Order) -> Sequence[Say]:
    return [Say("desk.unknown_command")]
