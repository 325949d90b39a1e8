"""Reminders a day and an hour before a visit, each once: what is due is a column, emptied in the transaction that sends it.
So a restart or a clock that is set back sends none twice. They never name the specialty."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.booking import AGREED
from bot.appointments.buttons import reminded
from bot.appointments.wording import values_of
from bot.dialogue.say import Say, compose
from bot.duty import duty
from bot.outbox.draft import ANNOUNCEMENT, DraftTemplate
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Appointment, Conversation

AT_ONCE = 50  # visits in one look
TOO_LATE = timedelta(hours=3)  # so shortly before, "a day before" is no news: the other one follows


def _due(now: datetime) -> Select[Appointment]:
    due = or_(Appointment.remind_day_at <= now, Appointment.remind_hour_at <= now)
    return select(Appointment).where(due, Appointment.state.in_(AGREED))


@duty(_due)
async def remind_of_visits(services: Services, session: AsyncSession) -> None:
    """The conversation is locked before the visit, as in the patient's own turns."""
    for found in (await session.scalars(remind_of_visits.due(services.clock()).limit(AT_ONCE))).all():
        query = select(Conversation).where(Conversation.id == found.conversation_id)
        locked = query.with_for_update(key_share=True, skip_locked=True)
        conversation = (await session.scalars(locked)).one_or_none()
        if conversation is not None:
            await _remind(services, session, conversation, found.id)


async def _remind(services: Services, session: AsyncSession, conversation: Conversation, number: int) -> None:
    now = services.clock()
    query = remind_of_visits.due(now).where(Appointment.id == number).with_for_update()
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


@duty(
    lambda now: select(Appointment).where(
        Appointment.state.in_(AGREED), Appointment.starts_at <= now - timedelta(hours=1)
    )
)
async def end_visits(services: Services, session: AsyncSession) -> None:
    """What is over is past."""
    over = end_visits.due(services.clock()).with_for_update(skip_locked=True)
    for visit in (await session.scalars(over)).all():
        visit.state, visit.remind_day_at, visit.remind_hour_at = "past", None, None


@duty(lambda now: select(Appointment).where(Appointment.state == "held", Appointment.held_until <= now))
async def free_held(services: Services, session: AsyncSession) -> None:
    """What nobody agreed to in time is free again."""
    lapsed = free_held.due(services.clock()).with_for_update(skip_locked=True)
    for visit in (await session.scalars(lapsed)).all():
        visit.state, visit.held_until = "cancelled", None
