"""Reminders a day and an hour before a visit, each once: what is due is a column, emptied in the transaction that sends it.
So a restart or a clock that is set back sends none twice. They never name the specialty."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.booking import AGREED
from bot.appointments.buttons import reminded
from bot.appointments.wishes import forget_old
from bot.appointments.wording import values_of
from bot.dialogue.say import Say, compose
from bot.outbox.draft import ANNOUNCEMENT, DraftTemplate
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Appointment, Conversation

AT_ONCE = 50  # visits in one look
TOO_LATE = timedelta(hours=3)  # so shortly before, "a day before" is no news: the other one follows


async def remind_of_visits(services: Services, session: AsyncSession) -> None:
    """Duty. The conversation is locked before the visit, as in the patient's own turns."""
    due = _due(services)
    found = select(Appointment.id, Appointment.conversation_id).where(due, Appointment.state.in_(AGREED))
    for visit_id, conversation_id in (await session.execute(found.limit(AT_ONCE))).all():
        query = select(Conversation).where(Conversation.id == conversation_id)
        locked = query.with_for_update(key_share=True, skip_locked=True)
        conversation = (await session.scalars(locked)).one_or_none()
        if conversation is not None:
            await _remind(services, session, conversation, visit_id)


def _due(services: Services) -> ColumnElement[bool]:
    now = services.clock()
    return or_(Appointment.remind_day_at <= now, Appointment.remind_hour_at <= now)


async def _remind(services: Services, session: AsyncSession, conversation: Conversation, number: int) -> None:
    now = services.clock()
    query = select(Appointment).where(Appointment.id == number, _due(services)).with_for_update()
    visit = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if visit is None or visit.state not in AGREED:
        return
    hour = visit.remind_hour_at is not None and visit.remind_hour_at <= now
    visit.remind_day_at = None
    visit.remind_hour_at = None if hour else visit.remind_hour_at
    left = visit.starts_at - now
    if _wants_none(conversation) or left <= timedelta() or (not hour and left < TOO_LATE):
        return
    await _send(services, session, conversation, visit, "hour" if hour else "day")


def _wants_none(conversation: Conversation) -> bool:
    """After a safety answer, "no more messages" or a block nothing is reminded of."""
    return bool(conversation.quiet_since or conversation.opted_out_at or conversation.blocked_at)


async def _send(
    services: Services, session: AsyncSession, conversation: Conversation, visit: Appointment, which: str
) -> None:
    language = conversation.language or "es"
    values = values_of(services, visit, language)
    say = Say(f"telehealth.reminder.{which}.{visit.state}", values, options=reminded(visit), asks=True)
    draft = await compose(services, session, conversation, [say], language)
    template = DraftTemplate("reminder", language, (values["when"],))
    known = services.office.template_sid("reminder", "en" if language == "en" else "es", services.real)
    draft = replace(draft, otherwise=template if known else None)
    because = why(services, Cause("desk"), [say.key], language)
    await enqueue(services, session, conversation, draft, ANNOUNCEMENT, case_id=visit.case_id, why=because)


async def tidy(services: Services, session: AsyncSession) -> None:
    """Duty: what is over is past; what nobody agreed to in time is free again; what nobody went on with is forgotten."""
    now = services.clock()
    over = update(Appointment).where(
        Appointment.state.in_(AGREED), Appointment.starts_at <= now - timedelta(hours=1)
    )
    await session.execute(over.values(state="past", remind_day_at=None, remind_hour_at=None))
    lapsed = update(Appointment).where(Appointment.state == "held", Appointment.held_until <= now)
    await session.execute(lapsed.values(state="cancelled", held_until=None))
    await forget_old(services, session)
