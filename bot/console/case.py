"""One case. Who may read it opens it first; that is kept in the audit log and in the story of the case."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.console import told
from bot.console.caselist import is_late
from bot.console.numbers import as_number
from bot.console.pages import shown, unknown
from bot.console.timeline import timeline
from bot.console.visit import HOME, Visit
from bot.desk import cases, roster
from bot.desk.standing import at_words, may_read, standing
from bot.store.audit import record
from bot.store.tables import Audit, Case, Conversation

STAYS_OPEN = timedelta(minutes=30)
FOR_GOOD = (cases.MERGED, "erased")  # outcomes after which there is nothing to go on with under this number


def number_in(visit: Visit) -> int:
    return as_number(visit.request.path_params["case"])


def address_of(number: int) -> str:
    return f"{HOME}/cases/{number}"


async def case_page(visit: Visit) -> Response:
    async with visit.services.database.session() as session:
        case = await session.get(Case, number_in(visit))
        if case is None:
            return await unknown(visit)
        patient = await session.get_one(Conversation, case.conversation_id)
        readable = visit.me is not None and may_read(visit.me, case)
        is_open = readable and await _is_open(visit, session, case)
        values = await _facts(visit, session, case, patient)
        values["items"] = await timeline(visit, session, case) if is_open else ()
        values["patient"] = patient if is_open else None
        values["orders"] = _orders(visit, case, is_open=is_open)
        values["colleagues"] = await _colleagues(visit, session) if "transfer" in values["orders"] else ()
        values["told"] = await told.read(visit, session)
    return shown(visit, "case", case=case, readable=readable, is_open=is_open, **values)


async def open_it(visit: Visit) -> Response:
    """To read it. Nothing is shown to who may not."""
    number = number_in(visit)
    async with visit.services.database.session() as session:
        case = await session.get(Case, number)
        if case is None or visit.me is None or not may_read(visit.me, case):
            return await unknown(visit)
        await opened(visit, session, case)
    return RedirectResponse(address_of(number), 303)


async def opened(visit: Visit, session: AsyncSession, case: Case) -> None:
    """Keep it that she reads it, from here on for half an hour."""
    assert visit.me is not None
    record(session, visit.services.clock, "opened", who=visit.me.id, case_id=case.id)
    await cases.append(visit.services, session, case, "looked_at", visit.me.id)


async def _is_open(visit: Visit, session: AsyncSession, case: Case) -> bool:
    """Whether she opened it in this session, a short while ago."""
    if visit.me is None or visit.session is None:
        return False
    since = max(visit.services.clock() - STAYS_OPEN, visit.session.created_at)
    query = select(Audit.id).where(Audit.case_id == case.id, Audit.what == "opened", Audit.at >= since)
    found = await session.scalars(query.where(Audit.consultant_id == visit.me.id).limit(1))
    return found.one_or_none() is not None


async def _facts(visit: Visit, session: AsyncSession, case: Case, patient: Conversation) -> dict[str, Any]:
    """What everybody at the office may know of it: what stands on its card."""
    services = visit.services
    return {
        "topic": services.labels.title(case.topic, visit.language),
        "channel": patient.channel,
        "standing": await standing(services, session, case, visit.me, visit.language),
        "opened_at": at_words(services, case.opened_at, visit.language),
        "late": is_late(visit, case),
        "once": secrets.token_urlsafe(12),
    }


def _orders(visit: Visit, case: Case, *, is_open: bool) -> Sequence[str]:
    """What can be done here. (Whether it still can is seen when it is done, by the order itself.)"""
    if visit.me is None or case.closed_at:
        return ("reopen",) if visit.me and case.outcome not in FOR_GOOD else ()
    if case.holder_id == visit.me.id:
        return (*(("relay", "note") if is_open else ()), "transfer", "release", "close")
    return ("take_over" if case.holder_id else "take", *(("note",) if is_open else ()))


async def _colleagues(visit: Visit, session: AsyncSession) -> list[tuple[str, str, bool]]:
    """To whom it can be transferred: id, name, whether on duty; those on duty first."""
    present = {person.id for person in await roster.on_duty(visit.services, session)}
    others = [
        one for one in await roster.colleagues(visit.services, session) if visit.me and one.id != visit.me.id
    ]
    listed = [(str(person.id), person.name, person.id in present) for person in others]
    return sorted(listed, key=lambda one: not one[2])
