"""Whose a case is: taken, taken over, closed, released."""

import functools
from collections.abc import Sequence
from dataclasses import replace

from bot.desk import cases, handover, rating, roster, switches, visits
from bot.desk.card import refresh
from bot.desk.claim import TAKEN, take_case, tell_patient
from bot.desk.desk import LISTED, Desk, Order
from bot.desk.lately import earlier_files
from bot.desk.orders.outcome import outcome_offers
from bot.desk.received import tell_of_uploads
from bot.desk.relay import to_holder
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, Say
from bot.family.telling import tell_relatives
from bot.store.tables import Case


async def take(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await cases.waiting(desk.session))
    if isinstance(case, list):
        return case
    if case.holder_id not in (None, desk.me.id):
        return [await _held_by_another(desk, case)]
    says = await take_case(desk.services, desk.session, desk.conversation, desk.me, case)
    if says[0].key == TAKEN:
        desk.afterwards.append(functools.partial(show_files, desk, case, desk.me))
        says += await visits.to_decide(desk.services, desk.session, case, desk.me.language)
    return says


async def _held_by_another(desk: Desk, case: Case) -> Say:
    """Who holds it, since when, and the button with which she takes over."""
    services = desk.services
    holder = await roster.colleague(services, desk.session, case.holder_id) if case.holder_id else None
    now, zone = services.clock(), services.office.time_zone
    values = {
        "case": str(case.id),
        "consultant": holder.name if holder else "–",
        "since": services.texts.say_time(case.taken_at or now, now, desk.me.language, zone),
    }
    offer = Offer("take_over", {"do": "take_over", "case": case.id})
    return Say("desk.holding.held", values, options=[offer])


async def show_files(desk: Desk, case: Case, holder: Colleague) -> None:
    """What the patient sent before she became the holder: what came in the chat itself, the rest by name."""
    await tell_of_uploads(desk.services, desk.session, case, holder)
    for earlier in await earlier_files(desk.session, case, holder):
        await to_holder(desk.services, desk.session, case, holder, earlier)


async def take_over(desk: Desk, order: Order) -> Sequence[Say]:
    """A case of somebody else becomes hers; one that waits, too. Without a number she is shown whose they are: never the
    only one at once, it would leave its holder unasked."""
    case = await desk.open_case(order.number) if order.number else await desk.quoted()
    if case is None:
        others = await cases.held_by_others(desk.session, desk.me.id)
        offers = [desk.offer("take_over", other) for other in others[:LISTED]]
        key = "desk.holding.which_to_relieve" if offers else "desk.holding.none_to_relieve"
        return [Say(key, options=offers, asks=bool(offers))]
    if case.holder_id in (None, desk.me.id):
        return await take(desk, replace(order, name="take", meaning={"case": case.id}))
    shown = await handover.relieve(desk.services, desk.session, desk.me, case)
    desk.afterwards.append(functools.partial(show_files, desk, case, desk.me))
    return [shown, *await visits.to_decide(desk.services, desk.session, case, desk.me.language)]


async def close(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await desk.held())
    if isinstance(case, list):
        return case
    case = await desk.my_case(case.id)
    await cases.close(desk.services, desk.session, case, desk.me.id)
    await refresh(desk.services, desk.session, case)
    ending = await rating.closing(desk.services, desk.session, case)
    await tell_patient(desk.services, desk.session, case, *ending)
    told = Say("family.told.closed", {"case": str(case.id)})
    await tell_relatives(desk.services, desk.session, case, told)
    return [Say("desk.closed", {"case": str(case.id)}, options=outcome_offers(case))]


async def release(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await desk.held())
    if isinstance(case, list):
        return case
    case = await desk.my_case(case.id)
    await cases.release(desk.services, desk.session, case, "consultant")
    await refresh(desk.services, desk.session, case)
    case.notify_at = desk.services.clock()
    key = await switches.worded(desk.services, desk.session, "handoff.released")
    await tell_patient(desk.services, desk.session, case, Say(key, {"case": str(case.id)}))
    return [Say("desk.released", {"case": str(case.id)})]


async def release_all(desk: Desk, order: Order) -> Sequence[Say]:
    """Everything she holds, back to the queue."""
    mine = await desk.held()
    if not mine:
        return [Say("desk.no_case")]
    for held in mine:
        await release(desk, replace(order, name="release", meaning={"case": held.id}))
    return [Say("desk.holding.released_all", {"cases": numbers(mine)})]


def numbers(listed: Sequence[Case]) -> str:
    """`#104, #107`."""
    return ", ".join(f"#{case.id}" for case in listed)
