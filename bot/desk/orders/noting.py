"""Notes: for the office, never for a patient."""

from collections.abc import Sequence

from bot.desk.cases import append
from bot.desk.desk import Desk, Order
from bot.dialogue.say import Say


async def note(desk: Desk, order: Order) -> Sequence[Say]:
    if not order.rest.strip():
        return [Say("desk.note_empty")]
    mine = await desk.held()
    case = await desk.quoted() or (mine[0] if len(mine) == 1 else None)
    if case is None:
        return [Say("desk.note_which")] if mine else [Say("desk.no_case")]
    await append(desk.services, desk.session, case, "note", desk.me.id, text=order.rest)
    return [Say("desk.note_saved", {"case": str(case.id)})]
