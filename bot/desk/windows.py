"""WhatsApp's 24 hours: how long a person can still be written to, and a word to a consultant before hers end.

Only a message of the person herself opens them anew. Telegram has none.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.desk import cases, roster
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, put_on_offer
from bot.duty import duty
from bot.outbox.deliver import ARRIVED, WINDOW
from bot.outbox.draft import CARD, INVITATION, NOTICE, PAGE, Draft
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Conversation, Send

WARNED_BEFORE = timedelta(hours=2)


def closes_at(conversation: Conversation) -> datetime | None:
    """When free words can no longer be sent; None where they always can. One who never wrote has no window open."""
    if conversation.channel != ChannelName.WHATSAPP:
        return None
    return (conversation.last_inbound_at or conversation.created_at - WINDOW) + WINDOW


def is_open(conversation: Conversation, now: datetime) -> bool:
    closing = closes_at(conversation)
    return closing is None or now < closing


def reached(person: Colleague, now: datetime, first: Conversation | None = None) -> Conversation:
    """The chat where she can be written to now: `first`, else another; `first` or her preferred one when none is open."""
    chats: list[Conversation] = [*([first] if first else ()), *person.conversations]
    open_ones = (chat for chat in chats if chat.unreachable_at is None and is_open(chat, now))
    return next(open_ones, chats[0])


async def called_by_template(session: AsyncSession, chat: Conversation) -> bool:
    """Whether a template has gone, or is going, to her since her window closed, whatever it stood for: one is enough."""
    closing = closes_at(chat)
    if closing is None:
        return False
    query = select(Send.id).where(
        Send.conversation_id == chat.id,
        Send.created_at >= closing,
        (
            Send.purpose.in_((CARD.name, PAGE.name, INVITATION.name))
            & Send.state.not_in(("failed", "cancelled"))
        )
        | (
            (Send.purpose == NOTICE.name) & Send.state.in_(ARRIVED)
        ),  # behind a closed window only as a template
    )
    return (await session.scalars(query.limit(1))).one_or_none() is not None


def left(closing: datetime, now: datetime) -> str:
    """`23 h 40 min`, `45 min`: until it closes."""
    hours, minutes = divmod(max(0, int((closing - now).total_seconds())) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _closing(now: datetime) -> Select[Conversation]:
    last = Conversation.last_inbound_at
    return (
        select(Conversation)
        .where(Conversation.role == "consultant", Conversation.channel == ChannelName.WHATSAPP)
        .where(last > now - WINDOW, last <= now - WINDOW + WARNED_BEFORE)
        .where(or_(Conversation.window_warned_at.is_(None), Conversation.window_warned_at < last))
    )


@duty(_closing)
async def announce_closing(services: Services, session: AsyncSession) -> None:
    """Two hours before her window closes, whoever holds cases or is on duty hears of it, once. Who can be written to
    elsewhere need not."""
    now = services.clock()
    due = announce_closing.due(now).with_for_update(key_share=True, skip_locked=True)
    chats = (await session.scalars(due)).all()
    on_duty = {person.id for person in await roster.on_duty(services, session)} if chats else set()
    for chat in chats:
        person = await roster.colleague(services, session, chat.consultant_id) if chat.consultant_id else None
        if person is None or any(
            other.id != chat.id and is_open(other, now) for other in person.conversations
        ):
            continue
        if person.id in on_duty or await cases.held_by(session, person.id):
            chat.window_warned_at = now
            await _warn(services, session, chat, person.language)


async def _warn(services: Services, session: AsyncSession, chat: Conversation, language: str) -> None:
    closing, now = closes_at(chat), services.clock()
    until = services.texts.say_time(closing, now, language, services.office.time_zone) if closing else ""
    text = services.texts.render(
        "desk.window.closing", language, {"until": until}, services.office, services.real
    ).text
    options = await put_on_offer(services, session, chat, [Offer("stay", {"do": "stay"})], language)
    await enqueue(services, session, chat, Draft(text=text, options=options), NOTICE)
