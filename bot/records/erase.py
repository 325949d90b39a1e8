"""Nothing outlives its row: files on disk go with their records, and records without consent, or never finished, in time."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.duty import duty
from bot.privacy import consent
from bot.records.kept import KEPT, forget, vault
from bot.services import Services
from bot.store.tables import DiscardedFile, FileToken, Record

AT_ONCE = 100


@duty(lambda _now: select(DiscardedFile))
async def sweep(services: Services, session: AsyncSession) -> None:
    """Files whose record was deleted, by whatever (a trigger keeps their names)."""
    left = sweep.due(services.clock()).limit(AT_ONCE).with_for_update(skip_locked=True)
    for discarded in (await session.scalars(left)).all():
        vault(services).delete(discarded.path)
        await session.delete(discarded)


@duty(lambda now: select(Record).where(Record.expires_at <= now))
async def expire_records(services: Services, session: AsyncSession) -> None:
    """What was kept without consent for 72 hours, unless there is consent by now; uploads never finished."""
    due = expire_records.due(services.clock()).limit(AT_ONCE)
    for record in (await session.scalars(due.with_for_update(key_share=True, skip_locked=True))).all():
        if record.state != KEPT:
            await session.delete(record)
        elif await consent.given(session, record.conversation_id):
            record.expires_at = None
        else:
            await forget(services, session, record)


@duty(lambda now: select(FileToken).where(FileToken.expires_at <= now))
async def expire_links(services: Services, session: AsyncSession) -> None:
    """Old links to files."""
    due = expire_links.due(services.clock()).with_for_update(skip_locked=True)
    for token in (await session.scalars(due)).all():
        await session.delete(token)
