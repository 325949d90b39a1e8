"""`escribir 104`: from here on her lines in this chat are for that case, opened again when it was closed."""

from collections.abc import Sequence

from bot.desk import cases, focus, targets
from bot.desk.card import refresh
from bot.desk.desk import MOST_CASES, Desk, Order
from bot.desk.orders.writing import holder_of
from bot.desk.reopening import reopen
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case, Conversation

REOPENED = "desk.reopened"


async def write(desk: Desk, order: Order) -> Sequence[Say]:
    """The case named or tapped, else quoted, else the only one she holds, else she is asked which."""
    number = order.number or await desk.quoted_number()
    mine = await desk.held()
    if not number and len(mine) != 1:
        return desk.which("write", mine)
    case = await cases.locked(desk.session, number or mine[0].id) if number < MOST_CASES else None
    if case is None:
        return [Say("desk.unknown_case", {"case": str(number)})]
    return await _closed(desk, case) if case.closed_at else [await _open(desk, case)]


async def _open(desk: Desk, case: Case) -> Say:
    values = {"case": str(case.id)}
    if case.holder_id == desk.me.id:
        return await _picked(desk, case)
    if holder := await holder_of(desk, case):
        offers = [Offer("take_over", {"do": "take_over", "case": case.id})]
        return Say("desk.already_taken", {**values, "consultant": holder}, options=offers)
    return Say("desk.focus.waiting", values, options=[Offer("take", {"do": "take", "case": case.id})])


async def reopen_it(desk: Desk, order: Order) -> Sequence[Say]:
    """The same for a closed case, but for the focus: ordered where her words name their case themselves."""
    case = await cases.locked(desk.session, order.number) if order.number < MOST_CASES else None
    if case is None:
        return [Say("desk.unknown_case", {"case": str(order.number)})]
    if not case.closed_at:
        return [await _open(desk, case)]
    return await _not_again(desk, case) or [await _again(desk, case, REOPENED)]


async def _closed(desk: Desk, case: Case) -> Sequence[Say]:
    if refused := await _not_again(desk, case):
        return refused
    said = await _again(desk, case, "desk.focus.reopened")
    await focus.pick(desk.services, desk.session, desk.conversation, case)
    return [said]


async def _not_again(desk: Desk, case: Case) -> Sequence[Say]:
    """Why this case cannot be gone on with; nothing when it can."""
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    values = {"case": str(case.id)}
    newer = await cases.open_case_of(desk.session, patient.id)
    if newer is not None:
        told = Say("desk.focus.newer", {"case": str(newer.id), "closed": str(case.id)})
        return [told, await _open(desk, newer)]
    if patient.blocked_at:
        return [
            Say("desk.focus.blocked", values, options=[Offer("unblock", {"do": "unblock", "case": case.id})])
        ]
    if patient.opted_out_at:
        return [Say("desk.focus.left", values)]
    return []


async def _again(desk: Desk, case: Case, key: str) -> Say:
    """Hers from now on; the patient learns that she is there only with her first words."""
    await reopen(desk.services, desk.session, case, reason=case.reason, who=desk.me.id)
    await cases.take(desk.services, desk.session, case, desk.me.id)
    targets.stopped(case)  # the patient waits for nothing
    await refresh(desk.services, desk.session, case)
    return await _named(desk, case, key)


async def _picked(desk: Desk, case: Case) -> Say:
    await focus.pick(desk.services, desk.session, desk.conversation, case)
    return await _named(desk, case, "desk.focus.set")


async def _named(desk: Desk, case: Case, key: str) -> Say:
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    return Say(key, {"case": str(case.id), "name": patient.name or f"#{case.id}"})
