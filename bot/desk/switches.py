"""What the head of office turns by hand: the office closed for today, the assistant off."""

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from bot.store.tables import Case, Switch

CLOSED, ASSISTANT_OFF = "closed", "assistant_off"


async def find(services: Services, session: AsyncSession, name: str) -> Switch | None:
    """The switch while it is on: who turned it, when, and until when (None: until somebody turns it back)."""
    now = services.clock()
    query = select(Switch).where(Switch.name == name, Switch.until.is_(None) | (Switch.until > now))
    return (await session.scalars(query)).one_or_none()


async def is_set(services: Services, session: AsyncSession, name: str) -> bool:
    return await find(services, session, name) is not None


async def worded(services: Services, session: AsyncSession, key: str) -> str:
    """A text that tells who answers from now on: `key`, or `key`_off while the assistant is turned off."""
    return f"{key}_off" if await is_set(services, session, ASSISTANT_OFF) else key


async def turn_on(
    services: Services, session: AsyncSession, name: str, by: UUID, until: datetime | None = None
) -> bool:
    """Returns False when it was on already: then nothing changes, and it stays the deed of who did it first."""
    now = services.clock()
    row = {"until": until, "set_at": now, "set_by": by}
    turned = insert(Switch).values(name=name, **row)
    turned = turned.on_conflict_do_update(index_elements=[Switch.name], set_=row, where=Switch.until <= now)
    return (await session.scalars(turned.returning(Switch.name))).one_or_none() is not None


async def turn_off(services: Services, session: AsyncSession, name: str) -> bool:
    """Returns False when it was off already."""
    was_on = await find(services, session, name)
    await session.execute(delete(Switch).where(Switch.name == name))
    return was_on is not None


def end_of_today(services: Services) -> datetime:
    """When "closed today" is over by itself: at midnight. Then hours hold again, the office's and everybody's own."""
    today = services.office.local(services.clock())
    return datetime.combine(today.date() + timedelta(days=1), time(), tzinfo=today.tzinfo)


async def next_opening(services: Services, session: AsyncSession) -> datetime | None:
    """Now while the office is open, else its true next opening; None when there is none within a year."""
    closed = await find(services, session, CLOSED)
    return services.office.next_opening(closed.until if closed and closed.until else services.clock())


async def look_again(services: Services, session: AsyncSession) -> None:
    """The office is open after all: the watch offers what was waiting for the opening, now."""
    waiting = update(Case).where(
        Case.notify_at.is_not(None), Case.holder_id.is_(None), Case.closed_at.is_(None)
    )
    await session.execute(waiting.values(notify_at=services.clock()))
