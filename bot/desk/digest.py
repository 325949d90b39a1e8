"""The week in numbers for the head of office: counts of the tables, and no word of anybody."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tallies
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry, Message, Tally

A_WEEK = timedelta(days=7)
WITHOUT_ANSWER = ("unsure", "third_language")  # `bot/outbox/why.py`
QUESTIONS = ("questions", "tasks", "privacy")  # groups of labels; a greeting answered is no question answered
LIKELIEST = 3  # labels that unclear questions resembled


@dataclass(frozen=True, slots=True)
class Week:
    """What happened from Monday to Sunday; `waiting` and `held` are of now."""

    begins: datetime
    asked: int
    people: int
    answered: int
    unsure: int
    resembled: Sequence[tuple[str, int]]  # label and count
    handed_over: int
    waiting: int
    held: int
    take: timedelta | None  # medians
    answer: timedelta | None
    up: int
    down: int


def monday(services: Services) -> datetime:
    """The midnight that began this week, on the office's clock."""
    today = services.office.local(services.clock())
    return datetime.combine(today.date() - timedelta(days=today.weekday()), time(), tzinfo=today.tzinfo)


async def last_week(services: Services, session: AsyncSession) -> Week:
    ends = monday(services)
    begins = ends - A_WEEK
    asked, people = await _asked(session, begins, ends)
    await tallies.count(services, session)
    counted = await _counted(session, begins, ends)
    cases = select(Case).where(Case.opened_at >= begins, Case.opened_at < ends)
    opened = (await session.scalars(cases)).all()
    return Week(
        begins=begins,
        asked=asked,
        people=people,
        answered=sum(n for key, n in counted[tallies.SAID].items() if _answers(services, key)),
        unsure=sum(counted[tallies.ASKED][name] for name in WITHOUT_ANSWER),
        resembled=counted[tallies.RESEMBLED].most_common(LIKELIEST),
        handed_over=len(opened),
        waiting=await _open(session, Case.holder_id.is_(None)),
        held=await _open(session, Case.holder_id.is_not(None)),
        take=await _median(session, opened, Entry.kind == "claimed"),
        answer=await _median(session, opened, (Entry.kind == "message") & Entry.consultant_id.is_not(None)),
        **await _thumbs(session, begins, ends),
    )


async def _asked(session: AsyncSession, begins: datetime, ends: datetime) -> tuple[int, int]:
    """Messages of patients, and of how many."""
    query = (
        select(func.count(), func.count(Message.conversation_id.distinct()))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.role == "patient", Message.received_at >= begins, Message.received_at < ends)
    )
    messages, people = (await session.execute(query)).one()
    return messages, people


async def _counted(session: AsyncSession, begins: datetime, ends: datetime) -> dict[str, Counter[str]]:
    """Of each kind of tally, how often each name: counts outlive the words, which may be erased by now."""
    query = select(Tally.kind, Tally.name, func.sum(Tally.count)).where(
        Tally.hour >= begins, Tally.hour < ends
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, name, count in await session.execute(query.group_by(Tally.kind, Tally.name)):
        counted[kind][name] = count
    return counted


def _answers(services: Services, key: str) -> bool:
    return key.startswith("answer.") and services.labels.group(key.split(".")[1]) in QUESTIONS


async def _open(session: AsyncSession, whose: Any) -> int:
    return (
        await session.scalar(select(func.count()).select_from(Case).where(Case.closed_at.is_(None), whose))
        or 0
    )


async def _median(session: AsyncSession, opened: Sequence[Case], happened: Any) -> timedelta | None:
    """Half of the cases took less from being opened to the first such entry; None when no case has one."""
    began = {case.id: case.opened_at for case in opened}
    query = select(Entry.case_id, func.min(Entry.at)).where(Entry.case_id.in_(list(began)), happened)
    seconds = [
        (at - began[case_id]).total_seconds()
        for case_id, at in await session.execute(query.group_by(Entry.case_id))
    ]
    return timedelta(seconds=median(seconds)) if seconds else None


async def _thumbs(session: AsyncSession, begins: datetime, ends: datetime) -> dict[str, int]:
    query = select(Case.rating, func.count()).where(Case.closed_at >= begins, Case.closed_at < ends)
    counts = dict((await session.execute(query.group_by(Case.rating))).all())
    return {thumb: counts.get(thumb, 0) for thumb in ("up", "down")}


def values(services: Services, week: Week, language: str) -> dict[str, str]:
    """The numbers as the text `desk.digest` names them."""
    numbers = ("asked", "people", "answered", "handed_over", "waiting", "held", "up", "down")
    last_day = week.begins + A_WEEK - timedelta(days=1)
    return {
        **{name: str(getattr(week, name)) for name in numbers},
        "from": services.texts.say_day(week.begins, language),
        "to": services.texts.say_day(last_day, language),
        "take": _duration(services, week.take, language),
        "answer": _duration(services, week.answer, language),
        "unsure": _unsure(services, week, language),
    }


def _unsure(services: Services, week: Week, language: str) -> str:
    if not week.resembled:
        return str(week.unsure)
    each = (
        _text(services, "label", language, topic=services.labels.title(name, language), count=str(count))
        for name, count in week.resembled
    )
    return _text(
        services, "unsure", language, count=str(week.unsure), labels=_joined(services, each, language)
    )


def _joined(services: Services, names: Iterable[str], language: str) -> str:
    return services.texts.say_list(list(names), language)


def _duration(services: Services, span: timedelta | None, language: str) -> str:
    if span is None:
        return "–"
    minutes = round(span.total_seconds() / 60)
    hours = minutes // 60
    if hours >= 24:
        return _text(services, "days", language, days=str(hours // 24), hours=str(hours % 24))
    if hours:
        return _text(services, "hours", language, hours=str(hours), minutes=str(minutes % 60))
    return _text(services, "minutes", language, minutes=str(minutes))


def _text(services: Services, name: str, language: str, **values: str) -> str:
    return services.texts.render(f"desk.digest.{name}", language, values, services.office, services.real).text
