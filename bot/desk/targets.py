"""Target times of a case: by when somebody takes it, and by when its holder answers the patient (`targets` of office.yml).

Counted in office hours; what is urgent, by the wall clock. What follows when one is missed: `escalation.py`.
"""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import switches
from bot.office.targets import Target, Urgency
from bot.services import Services
from bot.store.tables import Case

TO_THE_HEAD = 2  # steps of the escalation behind a case when the head of office comes next


async def opened(services: Services, session: AsyncSession, case: Case) -> None:
    """It waits for somebody to take it: opened, or back in the queue."""
    case.awaits_since = case.awaits_since or services.clock()
    case.answer_by, case.escalated = None, 0
    case.take_by = case.escalate_at = await due(services, session, case, target(services, case).take)


async def asked_again(services: Services, session: AsyncSession, case: Case, *, raised: bool) -> None:
    """The patient asks again in an open case. One that has become more urgent (`raised`) is due no later than a new one."""
    if case.holder_id is None and case.take_by is None:  # they had gone back to the assistant
        await opened(services, session, case)
    elif raised and case.holder_id is None:
        case.escalate_at = _sooner(
            case.escalate_at, await due(services, session, case, target(services, case).take)
        )
        case.take_by = case.take_by if case.escalated else case.escalate_at
        case.escalated = min(case.escalated, TO_THE_HEAD)  # who was told of it before is told again
    elif raised and case.awaits_since:
        case.escalate_at = _sooner(
            case.escalate_at, await due(services, session, case, target(services, case).answer)
        )
        case.answer_by = case.answer_by if case.escalated else case.escalate_at


async def taken(services: Services, session: AsyncSession, case: Case) -> None:
    """It has a holder, the first or another: the patient waits for her words from now on."""
    case.take_by, case.awaits_since = None, case.awaits_since or services.clock()
    await _wait_for_answer(services, session, case)


async def patient_wrote(services: Services, session: AsyncSession, case: Case) -> None:
    """The holder has words to answer. The time runs from the first of them."""
    if case.awaits_since is None:
        case.awaits_since = services.clock()
        await _wait_for_answer(services, session, case)


async def answered(services: Services, session: AsyncSession, case: Case) -> None:
    """The holder wrote to the patient: nothing is due until the patient writes again."""
    stopped(case)


def stopped(case: Case) -> None:
    """Nobody waits: answered, closed, or left to the assistant by the patient."""
    case.take_by = case.answer_by = case.awaits_since = case.escalate_at = None
    case.escalated = 0


def target(services: Services, case: Case) -> Target:
    return services.office.targets.of(cast(Urgency, case.urgency))


async def due(services: Services, session: AsyncSession, case: Case, duration: timedelta) -> datetime | None:
    """So much later, as the case's urgency counts; None when the office does not open again within a year."""
    now = services.clock()
    if case.urgency == "urgent":
        return now + duration
    closed = await switches.find(services, session, switches.CLOSED)
    return services.office.after((closed and closed.until) or now, duration)


async def _wait_for_answer(services: Services, session: AsyncSession, case: Case) -> None:
    case.answer_by = case.escalate_at = await due(services, session, case, target(services, case).answer)
    case.escalated = 0


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)
