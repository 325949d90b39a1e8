"""What a consultant looks up: the open cases, and what she can write."""

from collections.abc import Sequence

from bot.desk.card import card_values
from bot.desk.cases import waiting
from bot.desk.desk import LISTED, Desk, Order
from bot.dialogue.say import Say
from bot.store.tables import Case, Conversation


async def cases(desk: Desk, order: Order) -> Sequence[Say]:
    mine = await desk.held()
    free = await waiting(desk.session)
    if not mine and not free:
        return [Say("desk.cases.none")]
    lines = [await _line(desk, "held", case) for case in mine]
    lines += [await _line(desk, "waiting", case) for case in free]
    offers = [desk.offer("take", case) for case in free[:LISTED]]
    return [Say("desk.cases", {"cases": "\n".join(lines[: 2 * LISTED])}, options=offers)]


async def _line(desk: Desk, state: str, case: Case) -> str:
    conversation = await desk.session.get_one(Conversation, case.conversation_id)
    return desk.text(
        f"desk.cases.{state}", **card_values(desk.services, case, conversation, desk.me.language)
    )


async def help_(desk: Desk, order: Order) -> Sequence[Say]:
    return [Say("desk.help")]


async def unknown_button(desk: Desk, order: Order) -> Sequence[Say]:
    return [Say("desk.unknown_command")]
