"""Somebody wrote what is never asked for. It is gone before anybody read it (bot/privacy/masking.py), and they are told so,
once a day for each kind: beside the answer, never in danger or grief."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.dialogue.say import Say
from bot.services import Services
from bot.store.tables import Conversation, Message

WARNED_EVERY = timedelta(days=1)


async def beside(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    messages: Sequence[Message],
    says: list[Say],
) -> list[Say]:
    """What is said, headed by the warning where one is due. Also while a consultant has the case and nothing else is said:
    who sent a number thinks that it arrived."""
    masked = [message for message in messages if message.body.get("masked")]
    kinds = list(dict.fromkeys(kind for message in masked for kind in message.body["masked"]))
    if not kinds or _unfit(conversation, messages):
        return says
    told = await _told_lately(services, session, conversation)
    new = [kind for kind in kinds if kind not in told]
    if not new:
        return says
    row = await session.get_one(Message, masked[0].id)
    row.body = {**row.body, "warned": new}
    return [Say("private.masked", {"private": ",".join(new)}, options=()), *says]


def _unfit(conversation: Conversation, messages: Sequence[Message]) -> bool:
    """After danger or a death, and to whom nothing is said."""
    unheard = conversation.quiet_since or conversation.blocked_at or conversation.opted_out_at
    return bool(unheard) or any(message.verdict not in (None, "none") for message in messages)


async def _told_lately(services: Services, session: AsyncSession, conversation: Conversation) -> set[str]:
    query = select(Message).where(
        Message.conversation_id == conversation.id,
        Message.received_at > services.clock() - WARNED_EVERY,
    )
    return {kind for message in await session.scalars(query) for kind in message.body.get("warned", ())}
