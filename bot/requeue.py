"""Jobs that a row calls for: of turns that wait, of bubbles whose time has come, of messages whose job is gone."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.duty import duty
from bot.services import Services
from bot.store.jobs import ANSWER
from bot.store.tables import Conversation, Message, Send

UNQUEUED = timedelta(seconds=2)


@duty(lambda now: select(Conversation).where(Conversation.wake_at <= now))
async def wake(services: Services, session: AsyncSession) -> None:
    """Turns that wait: for the next bubble of a thought, or for Rasa."""
    due = wake.due(services.clock()).with_for_update(key_share=True, skip_locked=True)
    for conversation in (await session.scalars(due)).all():
        conversation.wake_at = None
        await services.jobs.answer(session, conversation.id)


@duty(lambda now: select(Send).where(Send.state.in_(("pending", "sending")), Send.due_at <= now))
async def deliver_due(services: Services, session: AsyncSession) -> None:
    """Bubbles whose wait is over, or whose worker died while sending."""
    lanes = deliver_due.due(services.clock()).with_only_columns(Send.lane).distinct()
    for lane in (await session.scalars(lanes)).all():
        await services.jobs.deliver(session, lane)


def _forgotten(now: datetime) -> Select[UUID]:
    queued = text(
        "NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.lock = :prefix || messages.conversation_id::text"
        " AND j.status IN ('todo', 'doing'))"
    ).bindparams(prefix=f"{ANSWER}:")
    return (
        select(Message.conversation_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.answered_at.is_(None), Message.received_at < now - UNQUEUED)
        .where(Conversation.wake_at.is_(None), queued)
    )


@duty(_forgotten)
async def answer_forgotten(services: Services, session: AsyncSession) -> None:
    """Messages that nobody will answer because their job is gone."""
    for conversation_id in (await session.scalars(answer_forgotten.due(services.clock()).distinct())).all():
        await services.jobs.answer(session, conversation_id)
