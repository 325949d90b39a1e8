"""`resumen`: one bubble to forward, in both languages: who has the case, what is ready, what is missing, the next date.

No illness, no specialty, no name: it may end up in a family's group. Each part of a case that can be ready or missing has a
contributor here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.booking import coming
from bot.desk.cases import chats_of
from bot.desk.roster import colleague
from bot.journeys import drafts
from bot.records.checklist import checklist
from bot.services import Services
from bot.store.tables import Case

LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of a case adds. `ready`, `missing`: names of texts, intake.resumen.of.<name>, with their values;
    `next_at`: an appointment."""

    ready: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    next_at: datetime | None = None


type Contributor = Callable[[Services, AsyncSession, Case], Awaitable[Part]]


async def the_request(services: Services, session: AsyncSession, case: Case) -> Part:
    """Of what was told step by step: the request itself, and a number to call."""
    draft = await drafts.of_case(session, case)
    if draft is None:
        return Part()
    told: dict[str, dict[str, str]] = {"request": {}}
    by_call = draft.answers.get("channel", {}).get("value") == "call"
    phone: dict[str, dict[str, str]] = (
        {"phone": {}} if by_call and "value" not in draft.answers.get("phone", {}) else {}
    )
    return Part(told, phone) if draft.confirmed_at else Part({}, told | phone)


async def the_records(services: Services, session: AsyncSession, case: Case) -> Part:
    """How many of the records that the specialty wants have come; which ones would name the illness."""
    items = await checklist(services, session, case.conversation_id, case.specialty, case.id)
    if not items or case.topic == "collaborate":
        return Part()
    come = sum(item.ready for item in items)
    count = {"records": {"count": str(come), "all": str(len(items))}}
    return Part(ready=count) if come == len(items) else Part(missing=count)


async def the_visit(services: Services, session: AsyncSession, case: Case) -> Part:
    """Of a visit by video: when it is, and whether the office has confirmed it."""
    visits = await coming(session, *await chats_of(session, case))
    if not visits:
        return Part()
    visit = visits[0]
    if visit.state == "confirmed":
        return Part(ready={"visit": {}}, next_at=visit.starts_at)
    return Part(missing={"visit_confirmed": {}}, next_at=visit.starts_at)


# One function each that knows a part of a case: the request; records and appointments beside it.
CONTRIBUTORS: Sequence[Contributor] = (the_request, the_records, the_visit)


async def summary(services: Services, session: AsyncSession, case: Case) -> str:
    """The bubble."""
    told = []
    for language in LANGUAGES:
        standing = await _standing(services, session, case, language)
        told.append("\n".join([standing, *await progress(services, session, case, language)]))
    return "\n\n".join(told)


async def progress(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    """A line each for what is ready, what is missing, and the next appointment, where there is something to say."""
    parts = [await contribute(services, session, case) for contribute in CONTRIBUTORS]
    lines = []
    for kind in ("ready", "missing"):
        words = [
            _text(services, f"intake.resumen.of.{name}", language, **values)
            for part in parts
            for name, values in getattr(part, kind).items()
        ]
        if words:
            lines.append(_text(services, f"intake.resumen.{kind}", language, what=", ".join(words)))
    coming = min((part.next_at for part in parts if part.next_at), default=None)
    if coming:
        lines.append(
            _text(services, "intake.resumen.next", language, **_both_cities(services, coming, language))
        )
    return lines


async def _standing(services: Services, session: AsyncSession, case: Case, language: str) -> str:
    """`Caso 104 · lo lleva Ana Ruiz`."""
    if case.closed_at:
        return _text(services, "intake.resumen.closed", language, case=str(case.id))
    holder = await colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is None:
        return _text(services, "intake.resumen.waiting", language, case=str(case.id))
    return _text(services, "intake.resumen.held", language, case=str(case.id), consultant=holder.name)


def _both_cities(services: Services, at: datetime, language: str) -> dict[str, str]:
    here, there = services.office.local(at), at.astimezone(services.office.hospital.time_zone)
    return {
        "day": services.texts.say_day(here, language),
        "time": f"{here:%H:%M}",
        "hospital_day": services.texts.say_day(there, language),
        "hospital_time": f"{there:%H:%M}",
    }


def _text(services: Services, key: str, tongue: str, /, **values: str) -> str:
    return services.texts.render(key, tongue, values, services.office, services.real).text
