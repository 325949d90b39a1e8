"""How a case stands, in words: who holds it, since when, how it ended. Nothing of the patient."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.roster import Colleague
from bot.services import Services
from bot.store.tables import Case, Consultant


def may_read(me: Colleague, case: Case) -> bool:
    """Whether the patient's words are for her eyes: of the open cases that she holds; the head of office reads all."""
    return me.listed.head or (case.holder_id == me.id and case.closed_at is None)


async def names(session: AsyncSession) -> dict[UUID, str]:
    """Everybody who ever worked here, also who has left."""
    return {row.id: row.profile["name"] for row in await session.scalars(select(Consultant))}


async def name_of(session: AsyncSession, consultant_id: UUID | None) -> str:
    """As `names`, of one; "–" for nobody."""
    row = await session.get(Consultant, consultant_id) if consultant_id else None
    return str(row.profile["name"]) if row else "–"


async def standing(
    services: Services, session: AsyncSession, case: Case, me: Colleague | None, language: str
) -> str:
    """`lo lleva Bruno Díaz, desde hoy a las 10:05`. `me`: who reads it, when that is a consultant."""
    if case.closed_at:
        kind, since = "closed_as" if case.outcome else "closed", case.closed_at
    elif case.holder_id:
        kind, since = "yours" if me and case.holder_id == me.id else "held", case.taken_at or case.opened_at
    else:
        kind, since = "waiting", case.opened_at
    values = {
        "since": at_words(services, since, language),
        "consultant": await name_of(session, case.holder_id),
        "outcome": services.texts.word("outcome", case.outcome, language) if case.outcome else "–",
    }
    key = f"desk.looking.state.{kind}"
    return services.texts.render(key, language, values, services.office, services.real).text


def at_words(services: Services, at: datetime, language: str) -> str:
    return services.texts.say_time(at, services.clock(), language, services.office.time_zone)


def elapsed(services: Services, since: datetime, language: str) -> str:
    """`25 min`, `2 h`, `3 d`: how long ago."""
    gone = max(services.clock() - since, timedelta())
    minutes = int(gone.total_seconds() // 60)
    unit, count = ("minutes", minutes) if minutes < 60 else ("hours", minutes // 60)
    if minutes >= 2 * 24 * 60:
        unit, count = "days", minutes // (24 * 60)
    key = f"desk.looking.{unit}"
    return services.texts.render(key, language, {"count": str(count)}, services.office, services.real).text
