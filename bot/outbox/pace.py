"""WhatsApp takes one message per six seconds to one person (platform.md 1.9): what a patient types faster is joined.

The first bubble goes at once; those that follow within six seconds become one. Only words of one case are joined, in their
order, and only while nothing else waits behind them: her own orders are answered at once. Pages have a lane of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.outbox.draft import FORWARD, Draft
from bot.store.tables import Conversation, Send

EVERY = timedelta(seconds=6)
MARKUP = 4  # characters that a channel puts around a header


def joins(send: Send) -> bool:
    """Whether it waits for no more than its like: never tried, so its time is `EVERY`, not that of a retry."""
    return send.purpose == FORWARD.name and send.attempts == 0


async def ready(
    session: AsyncSession, send: Send, conversation: Conversation, now: datetime, longest: int
) -> bool:
    """Whether the head of its lane goes now, joined with what follows (at most `longest` characters); else its time is
    moved on."""
    if conversation.channel != ChannelName.WHATSAPP or not _is_words(send):
        return True
    query = select(Send).where(Send.lane == send.lane, Send.id > send.id, Send.state == "pending")
    behind = (
        await session.scalars(query.order_by(Send.id).with_for_update(key_share=True, skip_locked=True))
    ).all()
    words = list(takewhile(_is_words, behind))
    free_at = await _free_at(session, send)
    if len(words) == len(behind) and now < free_at:
        send.due_at = free_at
        return False
    _join(send, (later for later in words if later.case_id == send.case_id), longest)
    return True


async def _free_at(session: AsyncSession, send: Send) -> datetime:
    """Six seconds after the last bubble of this case that went to this person."""
    query = select(func.max(Send.sent_at)).where(
        Send.case_id == send.case_id,
        Send.conversation_id == send.conversation_id,
        Send.purpose == FORWARD.name,
    )
    last = await session.scalar(query)
    return last + EVERY if last else send.created_at


def _is_words(send: Send) -> bool:
    """A patient's words and nothing else: no file, and no line that belongs to the file behind it."""
    return (
        send.purpose == FORWARD.name
        and send.body.keys() <= {"text", "header", "quotes"}
        and "text" in send.body
    )


def _join(send: Send, following: Iterable[Send], longest: int) -> None:
    draft = Draft.from_json(send.body)
    for later in following:
        more = Draft.from_json(later.body)
        text = f"{draft.text}\n{more.text}"
        if len(more.header) + len(text) + MARKUP > longest:
            break
        draft = replace(draft, text=text, header=more.header or draft.header)
        later.state = "merged"
    send.body = draft.to_json()
