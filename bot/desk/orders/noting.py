"""Notes: for the office, never for a patient, unless she says so by a button."""

from collections.abc import Sequence

from bot.desk import focus
from bot.desk.cases import append
from bot.desk.desk import LISTED, Desk, Order, shortened
from bot.desk.orders.writing import LONGEST_SHOWN, ready, send
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case


async def note(desk: Desk, order: Order) -> Sequence[Say]:
    """Into the case tapped or quoted, else in focus, else the only one she holds; else she is asked which."""
    text = order.rest.strip()
    if not text:
        return [Say("desk.note_empty")]
    case = await _case(desk, order)
    if case is None:
        return await _which(desk, text)
    await append(desk.services, desk.session, case, "note", desk.me.id, text=text)
    meaning = {"do": "send_note", "case": case.id, "message": desk.message.id, "rest": text}
    return [Say("desk.note_saved", {"case": str(case.id)}, options=[Offer("send_note", meaning)])]


async def send_note(desk: Desk, order: Order) -> Sequence[Say]:
    """To the patient after all, without the word that made it a note."""
    case = await ready(desk, order.number)
    told = await send(desk, case, [desk.message], order.rest)
    return told or [Say("desk.note_sent", {"case": str(case.id)})]


async def _case(desk: Desk, order: Order) -> Case | None:
    number = order.meaning.get("case") or await desk.quoted_number()
    number = number or await focus.of(desk.services, desk.session, desk.conversation)
    mine = await desk.held()
    if not number and len(mine) == 1:
        number = mine[0].id
    return await desk.open_case(number) if number else None


async def _which(desk: Desk, text: str) -> Sequence[Say]:
    mine = await desk.held()
    if not mine:
        return [Say("desk.no_case")]
    offers = [desk.offer("note", case, rest=text, message=desk.message.id) for case in mine[:LISTED]]
    return [Say("desk.note_which", {"words": shortened(text, LONGEST_SHOWN)}, options=offers, asks=True)]
