"""The cases as a list: number, topic, language, urgency, since when, with whom. No name and no words of a patient."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from starlette.responses import Response

from bot.console.numbers import number_of
from bot.console.pages import shown
from bot.console.visit import Visit
from bot.desk.cases import URGENCIES
from bot.desk.standing import at_words, elapsed, names
from bot.store.tables import Case, Conversation

A_PAGE = 25
NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    topic: str
    urgency: str
    language: str
    channel: str
    since: str
    late: bool
    holder: str


type _Found = Row[Case, str]


async def case_list(visit: Visit) -> Response:
    """One page of it. `?show=` picks which, `?page=` the page."""
    filters = ("open", "waiting", "held", "missed", *(("mine",) if visit.me else ()), "closed")
    wished = visit.request.query_params.get("show", "")
    show = wished if wished in filters else "open"
    chosen = _chosen(show, visit.services.clock(), visit.me.id if visit.me else None)
    async with visit.services.database.session() as session:
        found = await session.scalar(select(func.count()).select_from(Case).where(chosen)) or 0
        pages = max(-(-found // A_PAGE), 1)
        number = min(max(number_of(visit, "page"), 1), pages)
        rows = (await session.execute(_in_order(chosen, show, number))).all()
        people = await names(session)
    lines = [_line(visit, row, people) for row in rows]
    onward = f"?show={show}&page="
    picked: dict[str, Any] = {"rows": lines, "found": found, "show": show, "filters": filters}
    return shown(visit, "cases", **picked, pages=pages, number=number, onward=onward)


def _chosen(show: str, now: datetime, me: UUID | None) -> ColumnElement[bool]:
    is_open = Case.closed_at.is_(None)
    return {
        "open": is_open,
        "waiting": is_open & Case.holder_id.is_(None),
        "held": is_open & Case.holder_id.is_not(None),
        "missed": is_open & or_(Case.take_by <= now, Case.answer_by <= now),
        "mine": is_open & (Case.holder_id == me),
        "closed": Case.closed_at.is_not(None),
    }[show]


def _in_order(chosen: ColumnElement[bool], show: str, number: int) -> Select[Case, str]:
    """The most urgent first, then the oldest; of the closed ones, the last that was closed."""
    query = select(Case, Conversation.channel).join(Conversation, Conversation.id == Case.conversation_id)
    query = query.where(chosen)
    if show == "closed":
        query = query.order_by(Case.closed_at.desc(), Case.id.desc())
    else:
        rank = case({name: place for place, name in enumerate(URGENCIES)}, value=Case.urgency)
        query = query.order_by(rank.desc(), Case.id)
    return query.offset((number - 1) * A_PAGE).limit(A_PAGE)


def _line(visit: Visit, row: _Found, people: dict[UUID, str]) -> Line:
    found, channel = row
    return Line(
        id=found.id,
        topic=visit.services.labels.title(found.topic, visit.language),
        urgency=found.urgency,
        language=found.language,
        channel=channel,
        since=_since(visit, found),
        late=is_late(visit, found),
        holder=people.get(found.holder_id, NOBODY) if found.holder_id else NOBODY,
    )


def _since(visit: Visit, found: Case) -> str:
    """How long the patient has been waiting; nothing while it is the patient's turn; of a closed case, when it was closed."""
    if found.closed_at:
        return at_words(visit.services, found.closed_at, visit.language)
    since = found.awaits_since or (None if found.holder_id else found.opened_at)
    return elapsed(visit.services, since, visit.language) if since else NOBODY


def is_late(visit: Visit, found: Case) -> bool:
    due = found.take_by or found.answer_by
    return found.closed_at is None and due is not None and due <= visit.services.clock()
