"""Drafts as they are kept: one open per conversation. Rasa's tracker may be thrown away; this is what counts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.duty import duty
from bot.journeys.steps import CONSENT, SLIP, Answer, journeys
from bot.services import Services
from bot.store.tables import Case, Conversation, IntakeDraft

IN_PLAY = timedelta(hours=3)  # so long after the last word of it, an answer is an answer
LEFT_AFTER = timedelta(hours=1)  # of silence: left half-way, once the office opens next
KEPT = timedelta(hours=72)  # after they cancelled it, or said no to the consent
OFFERED = timedelta(days=30)  # so long after its last word going on is offered
CANCELLED, PERSON, DANGER, NO_CONSENT = "cancelled", "person", "danger", "no_consent"


async def open_draft(session: AsyncSession, conversation_id: UUID) -> IntakeDraft | None:
    query = select(IntakeDraft).where(
        IntakeDraft.conversation_id == conversation_id, IntakeDraft.closed_at.is_(None)
    )
    return (await session.scalars(query)).one_or_none()


async def of_case(session: AsyncSession, case: Case) -> IntakeDraft | None:
    """What was told for this case: the request that it is about, else the one that is being told in its chat."""
    own = IntakeDraft.case_id == case.id
    being_told = (
        IntakeDraft.case_id.is_(None) & IntakeDraft.closed_at.is_(None) & (IntakeDraft.journey != SLIP)
    )
    query = select(IntakeDraft).where(
        or_(own, (IntakeDraft.conversation_id == case.conversation_id) & being_told)
    )
    if case.closed_at:
        query = query.where(own)
    return (await session.scalars(query.order_by(IntakeDraft.id.desc()).limit(1))).one_or_none()


async def begin(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    journey: str,
    answers: Mapping[str, Answer],
) -> IntakeDraft:
    """A new one; the one before is closed, whatever it held."""
    now = services.clock()
    before = update(IntakeDraft).where(
        IntakeDraft.conversation_id == conversation.id, IntakeDraft.closed_at.is_(None)
    )
    await session.execute(before.values(closed_at=now, due_at=None))
    draft = IntakeDraft(
        conversation_id=conversation.id,
        journey=journey,
        step="",
        answers=dict(answers),
        left="",
        started_at=now,
        touched_at=now,
        due_at=None if journey == SLIP else due(services, now),
    )
    session.add(draft)
    await session.flush()
    return draft


def touch(services: Services, draft: IntakeDraft) -> None:
    """It goes on: not left, and not due before they have been silent again."""
    draft.left, draft.touched_at = "", services.clock()
    draft.due_at = None if draft.journey == SLIP else due(services, draft.touched_at)


def due(services: Services, at: datetime) -> datetime:
    """When a draft whose last word was at `at` becomes a case: the office opens, and they have been silent for a while."""
    local = services.office.local(at + LEFT_AFTER)
    opening = services.office.hours.next_start(local, services.office.is_holiday)
    return opening or at + timedelta(days=1)


def leave(services: Services, draft: IntakeDraft, why: str) -> None:
    """It is not asked on by itself. What was told stays: on the card for a person, else for 72 hours."""
    draft.left, draft.touched_at, draft.due_at = why, services.clock(), None


async def stop(services: Services, session: AsyncSession, conversation_id: UUID) -> None:
    """Danger: nothing of it is asked, offered or resumed any more."""
    if (draft := await open_draft(session, conversation_id)) is not None:
        leave(services, draft, DANGER)


def in_play(draft: IntakeDraft, now: datetime) -> bool:
    """Whether what is written now answers it."""
    return not draft.left and now - draft.touched_at < IN_PLAY


def to_offer(draft: IntakeDraft, now: datetime) -> bool:
    """Whether going on with it is to be offered: once each time that they come back after a silence."""
    since = draft.offered_at or draft.touched_at
    idle = not draft.left and not in_play(draft, now) and now - since >= IN_PLAY
    return idle and draft.journey != SLIP  # it is asked on at the word for it


def told(draft: IntakeDraft) -> dict[str, Answer]:
    """The answers that may be passed on: of what is asked after the consent, none while that is open."""
    steps = journeys().journeys[draft.journey].steps
    if draft.step != CONSENT:
        return draft.answers
    before = steps[: steps.index(CONSENT)]
    return {name: answer for name, answer in draft.answers.items() if name in before}


def _old(now: datetime) -> Select[IntakeDraft]:
    old = or_(
        IntakeDraft.left.in_((CANCELLED, NO_CONSENT)) & (IntakeDraft.touched_at < now - KEPT),
        IntakeDraft.touched_at < now - OFFERED,
        IntakeDraft.closed_at.is_not(None),
    )
    return select(IntakeDraft).where(IntakeDraft.case_id.is_(None), old)


@duty(_old)
async def forget(services: Services, session: AsyncSession) -> None:
    """What no case holds is gone 72 hours after it was cancelled, at once when another was begun, else after a month."""
    for draft in await session.scalars(forget.due(services.clock()).with_for_update(skip_locked=True)):
        await session.delete(draft)
