"""The buttons under a visit: it can be, another time instead, it cannot be."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.appointments import booking
from bot.appointments.buttons import others, ours, proposed
from bot.appointments.ics import link_line, send_file
from bot.appointments.when import When
from bot.appointments.wording import both_clocks, title_of, values_of
from bot.appointments.zones import Place
from bot.desk import cases
from bot.desk.card import refresh
from bot.desk.claim import tell_patient
from bot.desk.desk import Desk, Order, Refusal
from bot.desk.windows import is_open
from bot.dialogue.say import Offer, Say, compose
from bot.outbox.draft import RELAY
from bot.outbox.enqueue import enqueue
from bot.store.tables import Appointment, Case, Conversation

PROPOSED = 5  # slots that she is shown
HELD_FOR = timedelta(hours=24)  # the patient's time to agree


async def confirm_visit(desk: Desk, order: Order) -> Sequence[Say]:
    case, visit = await _case_and_visit(desk, order)
    if visit.state == "reserved":
        visit.state = "confirmed"
        await _tell_and_enclose(desk, case, visit, "confirmed", ours(visit))
    return [_said(desk, case, visit, "confirmed")]


async def decline_visit(desk: Desk, order: Order) -> Sequence[Say]:
    case, visit = await _case_and_visit(desk, order)
    booking.end(visit, "cancelled")
    visit.sequence += 1
    await _tell_and_enclose(desk, case, visit, "declined", others(visit.specialty))
    return [_said(desk, case, visit, "declined")]


async def propose_visit(desk: Desk, order: Order) -> Sequence[Say]:
    """Slots to choose from, on the patient's clock; a tap proposes one to the patient."""
    case, visit = await _case_and_visit(desk, order)
    return [await _slots(desk, case, visit, "telehealth.desk.propose")]


async def propose_slot(desk: Desk, order: Order) -> Sequence[Say]:
    """Kept for the patient for a day; hers stands until she agrees."""
    case, visit = await _case_and_visit(desk, order)
    services, now = desk.services, desk.services.clock()
    place, at = Place.from_json(visit.place), datetime.fromisoformat(order.meaning["at"])
    await _withdraw_earlier(desk, visit)
    held = await booking.take(
        services, desk.session, visit.conversation_id, visit.specialty, at, place,
        state="held", held_until=min(now + HELD_FOR, at), instead_of=visit.id, case_id=case.id,
        uid=visit.uid, sequence=visit.sequence + 1, notes=visit.notes,
    )  # fmt: skip
    if held is None:
        return [await _slots(desk, case, visit, "telehealth.desk.propose.taken")]
    patient = await _patient(desk, case)
    language = patient.language or case.language
    before = both_clocks(services, visit.starts_at, place, language)
    values = {**values_of(services, held, language), "before": before}
    say = Say("telehealth.proposed", values, options=proposed(held), asks=True)
    await _tell(desk, case, held, "proposed", say)
    return [_said(desk, case, held, "proposed")]


async def _withdraw_earlier(desk: Desk, visit: Appointment) -> None:
    query = select(Appointment).where(Appointment.instead_of == visit.id, Appointment.state == "held")
    for earlier in await desk.session.scalars(query.with_for_update()):
        booking.end(earlier, "cancelled")
    await desk.session.flush()


async def _slots(desk: Desk, case: Case, visit: Appointment, key: str) -> Say:
    services, place, language = desk.services, Place.from_json(visit.place), desk.me.language
    found = await booking.free(
        services,
        desk.session,
        visit.specialty,
        place,
        When(first=services.clock().astimezone(place.zone).date()),
        besides=visit.starts_at,
        most=PROPOSED,
    )
    about = {"do": "propose_slot", "case": case.id, "visit": visit.id}
    slots = [
        Offer("", {**about, "at": at.isoformat()}, title_of(services, at, place, language)) for at in found
    ]
    lines = "\n".join(both_clocks(services, at, place, language) for at in found) or "–"
    return Say(key, {"case": str(case.id), "lines": lines}, options=slots, asks=bool(slots))


async def _case_and_visit(desk: Desk, order: Order) -> tuple[Case, Appointment]:
    """The case, which must be hers, and the visit, which must still be to come; both locked."""
    case = await desk.my_case(order.number)
    visit = await desk.session.get(
        Appointment, order.meaning["visit"], with_for_update=True, populate_existing=True
    )
    over = visit is None or visit.state not in booking.AGREED or visit.starts_at <= desk.services.clock()
    if visit is None or over:
        raise Refusal(Say("telehealth.desk.gone", {"case": str(case.id)}))
    visit.case_id = case.id
    return case, visit


async def _patient(desk: Desk, case: Case) -> Conversation:
    return await desk.session.get_one(Conversation, case.conversation_id)


async def _tell(desk: Desk, case: Case, visit: Appointment, what: str, *says: Say) -> None:
    """The patient reads it; the case keeps it. Behind her closed window it waits like a consultant's own words."""
    services, session = desk.services, desk.session
    patient = await _patient(desk, case)
    if is_open(patient, services.clock()):
        await tell_patient(services, session, case, *says)
    else:
        draft = await compose(services, session, patient, says, patient.language or case.language)
        patient.awaiting = False  # her yes to the template is none to this
        await enqueue(services, session, patient, draft, RELAY, case_id=case.id)
    await cases.append(services, session, case, f"visit_{what}", desk.me.id, at=visit.starts_at.isoformat())
    await refresh(services, session, case)


async def _tell_and_enclose(
    desk: Desk, case: Case, visit: Appointment, what: str, options: Sequence[Offer | str]
) -> None:
    services, patient = desk.services, await _patient(desk, case)
    language = patient.language or case.language
    say = Say(f"telehealth.{what}", values_of(services, visit, language), options=options)
    await _tell(desk, case, visit, what, say, *link_line(services, patient, visit))
    await send_file(services, desk.session, patient, visit, language)


def _said(desk: Desk, case: Case, visit: Appointment, what: str) -> Say:
    values = {**values_of(desk.services, visit, desk.me.language), "case": str(case.id)}
    return Say(f"telehealth.desk.{what}", values, options=())
