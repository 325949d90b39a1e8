"""The case that a consultant picked in one of her chats ("focus"), and the one to which her last line there went.

A focus is set by her alone; it ends when another patient's message appears in the chat, or ten minutes after its last use.
Write it only after the locks of `cases.locked` are held.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from bot.store.tables import Case, Conversation, Focus

LASTS = timedelta(minutes=10)


async def pick(services: Services, session: AsyncSession, conversation: Conversation, case: Case) -> None:
    """From now on her lines in this chat are for this case; also when it was so already: it is in use."""
    await _keep(session, conversation, case_id=case.id, until=services.clock() + LASTS)


async def of(services: Services, session: AsyncSession, conversation: Conversation) -> int:
    """The number of the case in focus, or 0. Whether it is still open and hers is for the caller to see."""
    query = select(Focus.case_id).where(
        Focus.conversation_id == conversation.id, Focus.until > services.clock()
    )
    return (await session.scalars(query)).one_or_none() or 0


async def spent(services: Services, session: AsyncSession, conversation: Conversation, case: Case) -> None:
    """A patient's message of this case appears in the chat: a focus on any other ends, so that no answer goes astray."""
    ended = update(Focus).where(Focus.conversation_id == conversation.id, Focus.case_id != case.id)
    await session.execute(ended.values(case_id=None, until=None))


async def drop(session: AsyncSession, conversation: Conversation) -> None:
    """No focus any more."""
    ended = update(Focus).where(Focus.conversation_id == conversation.id)
    await session.execute(ended.values(case_id=None, until=None))


async def header(services: Services, session: AsyncSession, conversation: Conversation) -> str:
    """The line that heads what she is told while a focus is set; "" without one."""
    number = await of(services, session, conversation)
    return _said(services, conversation, "desk.focus.header", number) if number else ""


async def mark(services: Services, session: AsyncSession, conversation: Conversation, case: Case) -> str:
    """What follows the header of a forwarded bubble whose case is in focus; "" otherwise."""
    focused = await of(services, session, conversation) == case.id
    return _said(services, conversation, "desk.focus.mark", case.id) if focused else ""


async def addressee(session: AsyncSession, conversation: Conversation) -> int:
    """The case to which her last line in this chat went, or 0."""
    query = select(Focus.addressee_id).where(Focus.conversation_id == conversation.id)
    return (await session.scalars(query)).one_or_none() or 0


async def wrote_to(session: AsyncSession, conversation: Conversation, number: int) -> None:
    """Remember to whom her line went; 0: to nobody, she took it back."""
    await _keep(session, conversation, addressee_id=number or None)


async def _keep(session: AsyncSession, conversation: Conversation, **values: Any) -> None:
    kept = insert(Focus).values(conversation_id=conversation.id, **values)
    await session.execute(kept.on_conflict_do_update(index_elements=[Focus.conversation_id], set_=values))


def _said(services: Services, conversation: Conversation, key: str, number: int) -> str:
    language = conversation.language or "es"
    return services.texts.render(key, language, {"case": str(number)}, services.office, services.real).text
