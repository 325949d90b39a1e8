"""Whose a case is: taken, closed, given back."""

import functools
from collections.abc import Sequence

from bot.desk import cases
from bot.desk.card import earlier_files
from bot.desk.claim import TAKEN, take_case, tell_patient
from bot.desk.desk import Desk, Order
from bot.desk.relay import to_holder
from bot.dialogue.say import Say
from bot.store.tables import Case


async def take(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await cases.waiting(desk.session))
    if isinstance(case, list):
        return case
    says = await take_case(desk.services, desk.session, desk.conversation, desk.me, case)
    if says[0].key == TAKEN:
        desk.afterwards.append(functools.partial(_show_files, desk, case))
    return says


async def _show_files(desk: Desk, case: Case) -> None:
    for earlier in await earlier_files(desk.session, case):
        await to_holder(desk.services, desk.session, case, desk.me, earlier)


async def close(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await desk.held())
    if isinstance(case, list):
        return case
    case = await desk.my_case(case.id)
    await cases.close(desk.services, desk.session, case, desk.me.id)
    await tell_patient(desk.services, desk.session, case, Say("handoff.closed", {"case": str(case.id)}))
    return [Say("desk.closed", {"case": str(case.id)})]


async def release(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await desk.held())
    if isinstance(case, list):
        return case
    case = await desk.my_case(case.id)
    await cases.release(desk.services, desk.session, case, "consultant")
    case.notify_at = desk.services.clock()
    await tell_patient(desk.services, desk.session, case, Say("handoff.released", {"case": str(case.id)}))
    return [Say("desk.released", {"case": str(case.id)})]
