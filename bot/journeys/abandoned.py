"""A request left half-way becomes a case when the office opens next: nobody's request dies unseen."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import windows
from bot.desk.card import refresh
from bot.desk.cases import open_case
from bot.desk.claim import tell_patient
from bot.desk.notify import notify
from bot.dialogue.say import Say
from bot.duty import duty
from bot.family.first_sender import from_request
from bot.journeys.steps import journeys
from bot.services import Services
from bot.store.tables import Case, Conversation, IntakeDraft

REASON = "left_half_way"


@duty(lambda now: select(IntakeDraft).where(IntakeDraft.due_at <= now, IntakeDraft.closed_at.is_(None)))
async def take_up_what_was_left(services: Services, session: AsyncSession) -> None:
    """Drafts whose last word is old enough. The chat is locked before the draft, as a turn locks them."""
    for found in (await session.scalars(take_up_what_was_left.due(services.clock()))).all():
        if (draft := await _locked(services, session, found.conversation_id)) is not None:
            await _take_up(services, session, draft)


async def _locked(services: Services, session: AsyncSession, conversation_id: UUID) -> IntakeDraft | None:
    """The chat's draft if it is still due and nobody else is at it."""
    chat = select(Conversation).where(Conversation.id == conversation_id)
    chat = chat.with_for_update(key_share=True, skip_locked=True)
    if (await session.scalars(chat)).one_or_none() is None:
        return None
    query = select(IntakeDraft).where(
        IntakeDraft.conversation_id == conversation_id, IntakeDraft.due_at <= services.clock()
    )
    found = await session.scalars(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    return found.one_or_none()


async def _take_up(services: Services, session: AsyncSession, draft: IntakeDraft) -> None:
    """The case, with what was told. It stays open to be told on. Who wants no more messages, or is in danger, is not told."""
    draft.due_at = None
    patient = await session.get_one(Conversation, draft.conversation_id)
    if patient.blocked_at:
        return
    topic = journeys().journeys[draft.journey].topic
    case, new = await open_case(services, session, patient, reason=REASON, topic=topic)
    draft.case_id = case.id
    await from_request(services, session, case, draft)
    await session.flush()
    if not new:
        await refresh(services, session, case)
        return
    await notify(services, session, case)
    case.announced_at, case.announce_by = services.clock(), None  # what is told is told below
    if _may_be_told(services, patient):
        await tell_patient(services, session, case, *_words(case))


def _may_be_told(services: Services, patient: Conversation) -> bool:
    """Behind WhatsApp's 24 hours they read it when they write again (bot/conversation/intake.py)."""
    wants = patient.opted_out_at is None and patient.quiet_since is None
    return wants and windows.is_open(patient, services.clock())


def _words(case: Case) -> Sequence[Say]:
    return [Say("intake.taken_up", {"case": str(case.id)}, options=())]
