"""What a consultant asked to be reminded of: kept, found when it is due, sent once."""

from datetime import datetime

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.channels.base import ChannelName
from bot.desk import roster, windows
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, put_on_offer
from bot.duty import duty
from bot.outbox.deliver import WINDOW
from bot.outbox.draft import FORWARD, NOTICE, Draft
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Reminder

AT_ONCE = 50  # reminders sent in one look


def _due(now: datetime) -> Select[Reminder]:
    """Behind a closed window and about no case it waits until she writes."""
    asked, hers = aliased(Conversation), aliased(Conversation)
    writable = or_(hers.channel != ChannelName.WHATSAPP.value, hers.last_inbound_at > now - WINDOW)
    reachable = exists().where(hers.consultant_id == asked.consultant_id, writable)
    return (
        select(Reminder)
        .join(asked, asked.id == Reminder.conversation_id)
        .where(Reminder.due_at <= now, Reminder.done_at.is_(None))
        .where(or_(Reminder.case_id.is_not(None), reachable))
    )


@duty(_due)
async def remind_due(services: Services, session: AsyncSession) -> None:
    """What is due is said, once."""
    now = services.clock()
    due = remind_due.due(now).order_by(Reminder.id).limit(AT_ONCE)
    locked = due.with_for_update(of=Reminder, key_share=True, skip_locked=True)
    for reminder in (await session.scalars(locked)).all():
        reminder.done_at = now
        await _send(services, session, reminder)


async def _send(services: Services, session: AsyncSession, reminder: Reminder) -> None:
    asked = await session.get_one(Conversation, reminder.conversation_id)
    me = await roster.colleague(services, session, asked.consultant_id) if asked.consultant_id else None
    if me is None:  # she has left
        return
    case = await session.get(Case, reminder.case_id) if reminder.case_id else None
    chat = windows.reached(me, services.clock(), asked)
    # Behind her closed window it is held like the words of a patient, and the template asks her to write.
    purpose = NOTICE if case is None or windows.is_open(chat, services.clock()) else FORWARD
    key = key_of("desk.remind.due", reminder)
    text = services.texts.render(key, me.language, values_of(reminder), services.office, services.real).text
    options = await put_on_offer(services, session, chat, _offers(me, case), me.language)
    await enqueue(
        services, session, chat, Draft(text=text, options=options), purpose, case_id=reminder.case_id
    )


def _offers(me: Colleague, case: Case | None) -> list[Offer]:
    if case is None or case.closed_at or case.holder_id != me.id:
        return []
    return [Offer(name, {"do": name, "case": case.id}) for name in ("write", "close")]


def key_of(key: str, reminder: Reminder) -> str:
    """The wording for a reminder about a case, or about none."""
    return f"{key}.case" if reminder.case_id else key


def values_of(reminder: Reminder) -> dict[str, str]:
    number = {"case": str(reminder.case_id)} if reminder.case_id else {}
    return {"words": reminder.words or "–", **number}
