"""Wrong passwords: after five from one address, or twenty from all, nobody is let in by password for some minutes."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import ConsoleAttempt

FROM_ONE, FROM_ALL = 5, 20
LOCKED = timedelta(minutes=10)
KEPT = timedelta(days=1)
ONE_AT_A_TIME = 0x50_75_65_6E_74_66  # of pg_advisory_xact_lock


async def one_at_a_time(session: AsyncSession) -> None:
    """Until the end of the transaction: a hundred guesses at once are counted like a hundred one by one."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


async def locked_minutes(services: Services, session: AsyncSession, address: str) -> int:
    """For how long this address has to wait; 0 when it may try."""
    own = await _nth_last(services, session, FROM_ONE, address)
    all_ = await _nth_last(services, session, FROM_ALL)
    ends = max((at + LOCKED for at in (own, all_) if at), default=services.clock())
    return max(ceil((ends - services.clock()) / timedelta(minutes=1)), 0)


async def _nth_last(
    services: Services, session: AsyncSession, nth: int, address: str = ""
) -> datetime | None:
    """When the attempt was made that fills the measure; None while there are fewer."""
    query = select(ConsoleAttempt.at).where(ConsoleAttempt.at > services.clock() - LOCKED)
    if address:
        query = query.where(ConsoleAttempt.fingerprint == _fingerprint(address))
    query = query.order_by(ConsoleAttempt.at.desc()).offset(nth - 1).limit(1)
    return (await session.scalars(query)).one_or_none()


async def count(services: Services, session: AsyncSession, address: str) -> None:
    """One more from there."""
    now = services.clock()
    await session.execute(delete(ConsoleAttempt).where(ConsoleAttempt.at < now - KEPT))
    session.add(ConsoleAttempt(fingerprint=_fingerprint(address), at=now))
    await session.flush()


async def forgive(session: AsyncSession, address: str) -> None:
    """The right password came from there."""
    theirs = delete(ConsoleAttempt).where(ConsoleAttempt.fingerprint == _fingerprint(address))
    await session.execute(theirs)


def _fingerprint(address: str) -> bytes:
    return keyring.blind(f"console_address:{address}")
