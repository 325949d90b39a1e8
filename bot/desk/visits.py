"""Visits as consultants see them: what became of one, and the question whether it can be."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.booking import coming
from bot.appointments.wording import values_of
from bot.desk import cases, held, roster
from bot.dialogue.say import Offer, Say
from bot.services import Services
from bot.store.tables import Appointment, Case

ORDERS = ("confirm_visit", "propose_visit", "decline_visit")
TO_DECIDE = ("reserved", "moved")  # news that ask for a decision


def say_of(services: Services, case: Case, visit: Appointment, what: str, language: str) -> Say:
    """What became of a visit, with the buttons to decide on it."""
    values = {**values_of(services, visit, language), "case": str(case.id)}
    return Say(f"telehealth.desk.{what}", values, options=offers(case, visit) if what in TO_DECIDE else ())


def offers(case: Case, visit: Appointment) -> list[Offer]:
    return [Offer(order, {"do": order, "case": case.id, "visit": visit.id}) for order in ORDERS]


async def tell_holder(
    services: Services, session: AsyncSession, case: Case, visit: Appointment, what: str
) -> None:
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is not None:
        say = say_of(services, case, visit, what, holder.language)
        await held.tell_holder(services, session, case, say)


async def to_decide(services: Services, session: AsyncSession, case: Case, language: str) -> Sequence[Say]:
    """For a new holder: each visit that waits for the office's word."""
    visits = await coming(session, *await cases.chats_of(session, case))
    return [
        say_of(services, case, visit, "reserved", language) for visit in visits if visit.state == "reserved"
    ]
