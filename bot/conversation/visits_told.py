"""What became of a visit is told: to the office in a case, and to the patient's own calendar."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.ics import link_line, send_file
from bot.conversation.turn import Turn, open_a_case
from bot.desk import cases, visits
from bot.desk.card import refresh
from bot.dialogue.say import Say
from bot.store.tables import Appointment, Case

TOPICS = {
    "reserved": "schedule_telehealth",
    "moved": "reschedule_appointment",
    "cancelled": "cancel_appointment",
}


async def tell_office(turn: Turn, session: AsyncSession, visit: Appointment, what: str) -> Sequence[Say]:
    """Her holder is told in a line; else a case calls somebody, unless it is no more than a yes. Returns what the patient is
    told of that."""
    services = turn.services
    case, says = await cases.open_case_of(session, turn.conversation.id), []
    if what in TOPICS and (case is None or case.holder_id is None):
        opened = await open_a_case(turn, session, reason="task", topic=TOPICS[what], urgency="normal")
        says = [say for say in opened if say.key != "handoff.already_open"]
        case = await cases.open_case_of(session, turn.conversation.id)
    case = case or (await session.get(Case, visit.case_id) if visit.case_id else None)
    if case is None:
        return says
    if case.closed_at is None:
        visit.case_id = case.id
    await session.flush()
    await cases.append(services, session, case, f"visit_{what}", at=visit.starts_at.isoformat())
    if case.holder_id:
        await visits.tell_holder(services, session, case, visit, what)
    await refresh(services, session, case)
    return says


def enclose(turn: Turn, visit: Appointment) -> Sequence[Say]:
    """What is for her own calendar: a file behind the words, or a line with a link among them."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        await send_file(turn.services, session, turn.conversation, visit, turn.language)
        return ()

    turn.afterwards.append(effect)
    return link_line(turn.services, turn.conversation, visit)
