"""Put a bubble into the outbox, in the caller's transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Limits, split_text
from bot.outbox.draft import Draft, Purpose
from bot.services import Services
from bot.store.jobs import URGENT_LANE
from bot.store.tables import Conversation, Send


def lane_of(conversation_id: UUID, purpose: Purpose) -> str:
    """Within one lane nothing overtakes; an urgent bubble has its own lane and waits for nothing."""
    return f"{conversation_id}{URGENT_LANE}" if purpose.urgent else str(conversation_id)


def fit(draft: Draft, limits: Limits) -> list[Draft]:
    """Cut a draft into as many bubbles as the channel's limits demand; options and file go with the last."""
    limit = limits.text_with_options if draft.options else limits.caption if draft.file else limits.text
    room = limit - len(draft.header) - 4
    if len(draft.text) <= room or not (
        draft.text or draft.header
    ):  # a bare file needs no bubble of words before it
        return [draft]
    if draft.file:
        words = replace(draft, file=None)
        return [*fit(words, limits), replace(draft, text="", header="", quotes="", about=None)]
    head, *rest = split_text(draft.text, room)
    parts = [replace(draft, text=head, options=()), *(Draft(text=part) for part in rest)]
    parts[-1] = replace(parts[-1], options=draft.options)
    return parts


async def enqueue(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    draft: Draft,
    purpose: Purpose,
    *,
    case_id: int | None = None,
    answers_id: int | None = None,
    due_at: datetime | None = None,
    why: dict[str, Any] | None = None,
) -> list[Send]:
    """Store the draft as one or more sends and the job that delivers them. Returns the sends in order.

    `why` (`bot.outbox.why`) belongs to the assistant's replies only.
    """
    now = services.clock()
    limits = services.limits(conversation.channel)
    sends = [
        Send(
            conversation_id=conversation.id,
            lane=lane_of(conversation.id, purpose),
            purpose=purpose.name,
            body=part.to_json(),
            case_id=case_id,
            answers_id=answers_id,
            why=why,
            created_at=now,
            due_at=due_at or now,
        )
        for part in fit(draft, limits)
    ]
    session.add_all(sends)
    await session.flush()
    await services.jobs.deliver(session, sends[0].lane)
    return sends
