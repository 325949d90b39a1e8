"""The consultants: who is on duty or away until when, what she is for, where she is reached, how many cases she holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.appointments.wording import area_name
from bot.console import told
from bot.console.pages import shown, text
from bot.console.visit import HOME, Visit
from bot.desk import inviting, roster
from bot.desk.roster import Colleague
from bot.desk.standing import at_words
from bot.office import Consultant as Listed
from bot.office import Invited
from bot.store.tables import Case, Consultant, Invitation

PAGE = f"{HOME}/people"
LANES = ("patients", "clinicians")


@dataclass(frozen=True, slots=True)
class Line:
    """One consultant. `duty`: on, off, away or not_joined; `until`: when that changes, or "". `invited`: she is not of
    office.yml, so that her access can end here."""

    id: str
    name: str
    head: bool
    duty: str
    until: str
    languages: Sequence[str]
    areas: Sequence[str]
    lanes: Sequence[str]
    channels: Sequence[str]
    held: int
    invitation: str
    invited: bool


async def people_page(visit: Visit) -> Response:
    services = visit.services
    async with services.database.session() as session:
        lines = await _lines(visit, session)
        left = await told.read(visit, session)
    areas = [(name, _area(visit, name)) for name in (inviting.ANY, *services.office.specialties)]
    values: dict[str, Any] = {"told": left, "once": "", "areas": areas, "lanes": LANES}
    values |= {"now": f"{services.office.local(services.clock()):%Y-%m-%dT%H:%M}"}
    values |= {"others": [line for line in lines if not visit.me or line.id != str(visit.me.id)]}
    return shown(visit, "people", rows=lines, **values)


async def _lines(visit: Visit, session: AsyncSession) -> list[Line]:
    """Who can be reached, as office.yml lists them; then who was invited and has not joined."""
    services = visit.services
    people = await roster.colleagues(services, session)
    present = {person.id for person in await roster.on_duty(services, session)}
    held, invitations = await _held(session), await _invitations(visit, session)
    invited = {row.id: row for row in await inviting.all_invited(session)}
    lines = []
    for person in people:
        duty, until = _duty(visit, person, present)
        chats = [chat.channel for chat in person.conversations]
        numbers = (held.get(person.id, 0), invitations.get(person.id, ""), person.id in invited)
        lines.append(_line(visit, person.id, person.listed, (duty, until), chats, numbers))
    known = {person.id for person in people}
    for row in (row for row in invited.values() if row.id not in known):
        numbers = (held.get(row.id, 0), invitations.get(row.id, ""), True)
        listed = Invited.model_validate(row.profile)
        lines.append(_line(visit, row.id, listed, ("not_joined", ""), (), numbers))
    return lines


def _line(
    visit: Visit,
    number: UUID,
    listed: Listed,
    duty: tuple[str, str],
    chats: Sequence[str],
    numbers: tuple[int, str, bool],
) -> Line:
    texts, language = visit.services.texts, visit.language
    return Line(
        id=str(number),
        name=listed.name,
        head=listed.head,
        duty=duty[0],
        until=duty[1],
        languages=[texts.word("language", one, language) for one in listed.languages],
        areas=[_area(visit, one) for one in listed.specialties],
        lanes=listed.lanes,
        channels=sorted({texts.word("channel", one, language) for one in chats}),
        held=numbers[0],
        invitation=numbers[1],
        invited=numbers[2],
    )


def _duty(visit: Visit, person: Colleague, present: set[UUID]) -> tuple[str, str]:
    services = visit.services
    if person.paused:
        until = person.paused_until
        return "away", at_words(services, until, visit.language) if until else ""
    if person.id in present:
        return "on", ""
    begins = person.listed.next_duty(services.clock(), services.office)
    return "off", at_words(services, begins, visit.language) if begins else ""


def _area(visit: Visit, name: str) -> str:
    any_ = name == inviting.ANY
    return text(visit, "person.any") if any_ else area_name(visit.services, name, visit.language)


async def _held(session: AsyncSession) -> Mapping[UUID, int]:
    query = select(Case.holder_id, func.count()).where(Case.closed_at.is_(None), Case.holder_id.is_not(None))
    found = await session.execute(query.group_by(Case.holder_id))
    return {holder: count for holder, count in found if holder}


async def _invitations(visit: Visit, session: AsyncSession) -> Mapping[UUID, str]:
    """Until when an invitation that nobody has used is good."""
    open_ones = Invitation.used_at.is_(None), Invitation.expires_at > visit.services.clock()
    query = select(Invitation.consultant_id, func.max(Invitation.expires_at)).where(*open_ones)
    found = await session.execute(query.group_by(Invitation.consultant_id))
    return {who: at_words(visit.services, until, visit.language) for who, until in found}


async def named(session: AsyncSession, number: str) -> Consultant | None:
    """Whom a form means, locked; None for nobody who works here."""
    try:
        row = await session.get(Consultant, UUID(number), with_for_update={"key_share": True})
    except ValueError:
        return None
    return row if row and row.listed else None


def moment(visit: Visit, written: str) -> datetime | None:
    """What a field for date and time holds, on the office's clock. Raises ValueError when it holds none."""
    zone = visit.services.office.time_zone
    return datetime.fromisoformat(written).replace(tzinfo=zone) if written else None
