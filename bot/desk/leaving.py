"""Who is no longer a consultant: her cases go back to the queue, and her chat is an ordinary contact's again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import held, roster, routing
from bot.dialogue.say import Say, compose
from bot.duty import duty
from bot.outbox.draft import CARD, FORWARD, NOTICE, PAGE
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import (
    Case,
    Choice,
    ConsoleLink,
    ConsoleSession,
    Consultant,
    Conversation,
    Focus,
    Message,
    Reminder,
    Send,
    Topic,
)

FOR_CONSULTANTS = (CARD.name, PAGE.name, FORWARD.name, NOTICE.name)


def _removed(_now: datetime) -> Select[UUID]:
    chat = exists().where(Conversation.consultant_id == Consultant.id)
    case = exists().where(Case.holder_id == Consultant.id, Case.closed_at.is_(None))
    return select(Consultant.id).where(Consultant.listed.is_(False), chat | case)


@duty(_removed)
async def dismiss_removed(services: Services, session: AsyncSession) -> None:
    """Who was removed by a command has had no access since then (`listed`); this clears up behind her."""
    removed = dismiss_removed.due(services.clock()).limit(1)
    gone = (await session.scalars(removed)).one_or_none()
    if gone is not None:
        await dismiss(services, session, gone)


async def dismiss(services: Services, session: AsyncSession, consultant_id: UUID) -> None:
    """Her cases wait again and their patients are told; her chats are ordinary ones, and she is told that."""
    chats = await _chats(session, consultant_id)
    await routing.return_cases(services, session, consultant_id)
    await _withdraw_words(services, session, chats)
    await _clear(session, chats)
    for conversation in chats:
        language = conversation.language or "es"
        draft = await compose(services, session, conversation, [Say("desk.joining.removed")], language)
        await enqueue(services, session, conversation, draft, NOTICE)


async def leave_former_chats(services: Services) -> None:
    """At start: an address that office.yml no longer gives for a consultant is an ordinary contact's again. She herself stays,
    and so does what she holds; nothing is written to an address that may be somebody else's now."""
    async with services.database.session() as session:
        kept = [chat.id for chat in await roster.chats_of_the_office(services, session)]
        listed = select(Consultant.id).where(Consultant.listed, Consultant.invited.is_(False))
        former = select(Conversation).where(
            Conversation.consultant_id.in_(listed), Conversation.id.not_in(kept)
        )
        if found := (await session.scalars(former.with_for_update(key_share=True))).all():
            await _clear(session, found)


async def _chats(session: AsyncSession, consultant_id: UUID) -> Sequence[Conversation]:
    """Her chats, locked before any case is: the order in which her own bubbles lock."""
    query = select(Conversation).where(Conversation.consultant_id == consultant_id)
    return (await session.scalars(query.order_by(Conversation.id).with_for_update(key_share=True))).all()


async def _withdraw_words(services: Services, session: AsyncSession, chats: Sequence[Conversation]) -> None:
    """What she wrote to patients and has not left yet: nobody speaks for the office who no longer works there."""
    hers = select(Message.id).where(Message.conversation_id.in_([chat.id for chat in chats]))
    await held.withdraw(services, session, Send.answers_id.in_(hers), "gone")


async def _clear(session: AsyncSession, chats: Sequence[Conversation]) -> None:
    """Nothing of the desk stays in these chats: no button that still works, and nothing of a patient on its way there."""
    ids = [conversation.id for conversation in chats]
    waiting = Send.conversation_id.in_(ids) & Send.purpose.in_(FOR_CONSULTANTS)
    unsent = update(Send).where(waiting, Send.state.in_(("pending", "held")))
    await session.execute(unsent.values(state="cancelled"))
    for table in (Choice, ConsoleLink, ConsoleSession, Focus, Reminder, Topic):
        await session.execute(delete(table).where(table.conversation_id.in_(ids)))
    for conversation in chats:
        conversation.role = "operator" if conversation.hears_alarms else "patient"
        conversation.consultant_id = conversation.last_said = None
        conversation.awaiting = False
