"""`llamé 104`: the call that a patient asked for was made."""

from collections.abc import Sequence

from bot.desk import callbacks, cases
from bot.desk.card import refresh
from bot.desk.desk import Desk, Order
from bot.dialogue.say import Offer, Say


async def called(desk: Desk, order: Order) -> Sequence[Say] | None:
    """None when it is no talk of a case: nobody whom she could mean asked for a call, and she names none."""
    asked = [
        case
        for case in [*await desk.held(), *await cases.waiting(desk.session)]
        if case.callback_since is not None
    ]
    if not asked and not order.number:
        return None
    case = await desk.meant(order, asked)
    if isinstance(case, list):
        return case
    values = {"case": str(case.id)}
    if case.holder_id not in (None, desk.me.id):
        return [Say("desk.not_yours", values)]
    if case.callback_since is None:
        return [Say("desk.called.nobody_asked", values)]
    await callbacks.done(desk.services, desk.session, case, desk.me.id)
    await refresh(desk.services, desk.session, case)
    mine = case.holder_id == desk.me.id
    names = ("write", "close") if mine else ("take",)
    return [Say("desk.called", values, options=[Offer(n, {"do": n, "case": case.id}) for n in names])]
