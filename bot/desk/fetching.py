"""What patients send in the chat is fetched from its provider, looked at, and kept or refused: a job for each conversation,
so that a provider that hangs holds up neither a turn nor the watch."""

import asyncio
import io
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import Rejected, SendError
from bot.duty import duty
from bot.outbox.draft import DraftFile
from bot.outbox.files import attachment_of, store
from bot.privacy import consent
from bot.records.check import Refused, kind_of
from bot.records.kept import KEPT, REFUSED, WITHOUT_CONSENT, stored_content
from bot.services import Services
from bot.store.tables import Case, Message, Record

log = structlog.get_logger()

LEASE = timedelta(minutes=2)  # a worker that has not answered for it by then is dead
ATTEMPTS = 6
GONE, TOO_LARGE = "gone", "too_large"


async def fetch(services: Services, conversation_id: UUID) -> None:
    """Take in what is due of this conversation, in order."""
    async with services.database.only_one(f"fetch:{conversation_id}"):
        async with services.database.session() as session:
            due = select(Record.id).where(
                Record.conversation_id == conversation_id, Record.fetch_at <= services.clock()
            )
            numbers = (await session.scalars(due.order_by(Record.message_id, Record.position))).all()
        for number in numbers:
            await _take_in(services, number)


@duty(lambda now: select(Record).where(Record.fetch_at <= now - timedelta(seconds=2)))
async def fetch_due(services: Services, session: AsyncSession) -> None:
    """What a dead worker left, and what its provider did not give the first time."""
    due = fetch_due.due(services.clock()).with_for_update(key_share=True, skip_locked=True)
    for record in (await session.scalars(due)).all():
        await services.jobs.fetch(session, record.conversation_id)


async def _take_in(services: Services, number: UUID) -> None:
    async with services.database.session() as session:
        record = await session.get(Record, number)
        if record is None or record.message_id is None or record.position is None:
            return
        record.attempts += 1
        record.fetch_at = services.clock() + LEASE
        message = await session.get_one(Message, record.message_id)
        content = await stored_content(session, record)
    try:
        content = content or await _fetched(services, message, record.position)
        kind = await asyncio.to_thread(kind_of, io.BytesIO(content), len(content), record.name)
    except Refused as refused:
        await _refuse(services, number, refused.reason)
    except SendError as error:
        log.warning("file not fetched", error=type(error).__name__, code=error.code, attempt=record.attempts)
        await _later(services, record, error)
    except Exception:
        # A fault of our own. Nothing is told of what came in the chat while one of its files is being fetched.
        log.error("file not taken in", record=str(number), attempt=record.attempts, exc_info=True)
        if record.attempts >= ATTEMPTS:
            await _refuse(services, number, GONE)
    else:
        await store(
            services, DraftFile(message.id, record.position), attachment_of(message, record.position), content
        )
        await _keep(services, number, kind, len(content))


async def _fetched(services: Services, message: Message, position: int) -> bytes:
    return await services.channels[message.channel].fetch(attachment_of(message, position))


async def _later(services: Services, record: Record, error: SendError) -> None:
    """Asked again, unless its provider will never give it: too large for it (Telegram: 20 MB), or no longer there."""
    if isinstance(error, Rejected):
        large = error.detail.startswith("over ") or "too big" in error.detail
        await _refuse(services, record.id, TOO_LARGE if large else GONE)
    elif record.attempts >= ATTEMPTS:
        await _refuse(services, record.id, GONE)
    else:
        async with services.database.session() as session:
            kept = await session.get_one(Record, record.id, with_for_update={"key_share": True})
            kept.fetch_at = services.clock() + timedelta(seconds=2.0**record.attempts)


async def _refuse(services: Services, number: UUID, reason: str) -> None:
    async with services.database.session() as session:
        record = await session.get(Record, number, with_for_update={"key_share": True})
        if record is not None:
            record.state, record.reason, record.fetch_at = REFUSED, reason, None
            record.expires_at = services.clock() + WITHOUT_CONSENT  # nothing of it is kept; nor that it came


async def _keep(services: Services, number: UUID, kind: str, size: int) -> None:
    async with services.database.session() as session:
        record = await session.get(Record, number, with_for_update={"key_share": True})
        if record is None:
            return
        record.state, record.kind, record.size, record.fetch_at = KEPT, kind, size, None
        open_one = select(Case.id).where(
            Case.conversation_id == record.conversation_id, Case.closed_at.is_(None)
        )
        record.case_id = (await session.scalars(open_one)).one_or_none()
        agreed = await consent.given(session, record.conversation_id)
        record.expires_at = None if agreed else services.clock() + WITHOUT_CONSENT
