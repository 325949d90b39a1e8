"""What a patient's messages say of her wish: care, for whom, place, insurance, physician, day. Never her name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.cases import MERGED, chats_of
from bot.entities import Entities, Named, Subject, subjects
from bot.entities.named import values
from bot.journeys.card import wish
from bot.services import Services
from bot.store.tables import Case, Message

LOOKED_AT = 10  # messages
MOST = 3  # of one kind, on a card


@dataclass(frozen=True, slots=True)
class Told:
    """One message: its words, what they name, and the day that the engine found in them (ISO 8601), or ""."""

    text: str
    named: list[Named]
    day: str


async def told_lately(session: AsyncSession, entities: Entities, case: Case) -> list[Told]:
    """The last messages since an earlier case was closed, newest first. Read here, not by Rasa: it may be down."""
    chats = await chats_of(session, case)
    closed = select(func.max(Case.closed_at)).where(
        Case.conversation_id.in_(chats), Case.id != case.id, Case.outcome != MERGED
    )
    query = select(Message).where(Message.conversation_id.in_(chats))
    if since := await session.scalar(closed):
        query = query.where(Message.received_at > since)
    found = await session.scalars(query.order_by(Message.id.desc()).limit(LOOKED_AT))
    return [_told(entities, message.body) for message in found]


def _told(entities: Entities, body: dict[str, Any]) -> Told:
    text = body.get("text", "")
    return Told(text, entities.find(text), body.get("day", ""))


async def known_lines(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    """Lines for the card, in the consultant's language; nothing of what nobody named."""
    told = await told_lately(session, services.entities, case)
    oldest_first = [one for message in reversed(told) for one in message.named]
    shown = {
        "specialty": _specialties(services.entities, told, language),
        "relative": _for_whom(services.entities, oldest_first, language),
        **{
            kind: [services.entities.shown(kind, value, language) for value in values(oldest_first, kind)]
            for kind in ("city", "insurer", "doctor")
        },
        "day": _day(services, told, language),
    }
    shown |= await wish(services, session, case, language)
    return [
        services.texts.render(
            f"desk.card.{kind}", language, {"value": ", ".join(them[-MOST:])}, services.office, services.real
        ).text
        for kind, them in shown.items()
        if them
    ]


def _specialties(entities: Entities, told: Sequence[Told], language: str) -> list[str]:
    each: dict[Subject, None] = {}
    for message in reversed(told):
        each |= dict.fromkeys(subjects(message.named))
    return [entities.shown_subject(subject, language) for subject in each]


def _for_whom(entities: Entities, named: Sequence[Named], language: str) -> list[str]:
    people = [one for one in named if one.kind in ("relative", "age_group")]
    return list(dict.fromkeys(entities.shown(one.kind, one.value, language) for one in people))


def _day(services: Services, told: Sequence[Told], language: str) -> list[str]:
    """The day named last, unless it is over; with its hour when one was named."""
    day = next((message.day for message in told if message.day), "")
    if not day:
        return []
    at, now = datetime.fromisoformat(day), services.office.local(services.clock())
    if at.date() < now.date():
        return []
    if "T" in day:
        return [services.texts.say_time(at, now, language, services.office.time_zone)]
    return [services.texts.say_day(at, language)]
