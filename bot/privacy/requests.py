"""What people asked about their data, each with the clock of the law: kept as proof, and for the office to
answer what needs a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.office import Office
from bot.privacy.deadlines import TO_ANSWER, TO_CARRY_OUT, business_days_after
from bot.store.tables import Conversation, PrivacyRequest

KINDS = ("copy", "rectification", "erasure", "revocation")
DONE, REFUSED, ERASED = "done", "refused", "erased"


async def note(
    session: AsyncSession,
    office: Office,
    now: datetime,
    conversation: Conversation,
    kind: str,
    *,
    case_id: int | None = None,
    erasure_id: int | None = None,
    done: bool = False,
) -> PrivacyRequest:
    """Keep that it was asked; asked again while it is open it is the same request. `done`: the assistant did it."""
    row = None if done else await _open(session, conversation, kind)
    if row is None:
        row = PrivacyRequest(
            conversation_id=conversation.id, kind=kind, channel=conversation.channel, asked_at=now
        )
        row.due_at = business_days_after(office, now, TO_ANSWER)
        session.add(row)
    row.case_id, row.erasure_id = row.case_id or case_id, row.erasure_id or erasure_id
    if done:
        close(row, now, DONE)
    await session.flush()
    return row


async def _open(session: AsyncSession, conversation: Conversation, kind: str) -> PrivacyRequest | None:
    query = select(PrivacyRequest).where(
        PrivacyRequest.conversation_id == conversation.id,
        PrivacyRequest.kind == kind,
        PrivacyRequest.closed_at.is_(None),
    )
    return (await session.scalars(query.with_for_update().limit(1))).one_or_none()


def grant(row: PrivacyRequest, office: Office, now: datetime) -> None:
    """The person was told that it will be done: from now on runs the time to do it."""
    row.answered_at = row.answered_at or now
    row.due_at = business_days_after(office, row.answered_at, TO_CARRY_OUT)


def close(
    row: PrivacyRequest, now: datetime, outcome: str, answer: str = "", who: UUID | None = None
) -> None:
    """Done, or refused: then `answer` says why."""
    row.answered_at, row.closed_at, row.due_at = row.answered_at or now, now, None
    row.outcome, row.answer, row.closed_by = outcome, answer or None, who


async def carried_out(session: AsyncSession, erasure_id: int, now: datetime) -> None:
    """The erasure has come to its end."""
    theirs = update(PrivacyRequest).where(PrivacyRequest.erasure_id == erasure_id)
    open_ones = theirs.where(PrivacyRequest.closed_at.is_(None))
    await session.execute(open_ones.values(answered_at=now, closed_at=now, due_at=None, outcome=DONE))


async def forget(session: AsyncSession, chats: list[UUID], now: datetime) -> None:
    """Everything of these people is being erased: what else they asked has nothing left to be about, and no words stay."""
    theirs = update(PrivacyRequest).where(PrivacyRequest.conversation_id.in_(chats))
    await session.execute(theirs.values(answer=None))
    moot = theirs.where(PrivacyRequest.closed_at.is_(None), PrivacyRequest.kind != "erasure")
    await session.execute(moot.values(closed_at=now, due_at=None, outcome=ERASED))
