"""What people asked about their data, by the clock of the law: which case, since when, until when, what became of it. No name.
The head of office or the administrator answers what needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.console import told
from bot.console.audit import REQUEST, keep
from bot.console.caselist import A_PAGE, NOBODY
from bot.console.numbers import as_number, number_of
from bot.console.pages import shown, text, unknown
from bot.console.visit import HOME, Visit
from bot.desk.standing import names
from bot.privacy import requests
from bot.store.tables import Case, Conversation, PrivacyRequest

PAGE = f"{HOME}/privacy"
BY_HAND = ("rectification", "copy", "erasure")  # what may be asked for by telephone or letter
LONGEST = 1000  # characters of an answer
WHAT = {"grant": "request_granted", "done": "request_done", "refused": "request_refused"}


@dataclass(frozen=True, slots=True)
class Line:
    """One request. `due`: with what is left of it; `by_itself`: nobody has to do anything."""

    id: int
    kind: str
    case: int | None
    channel: str
    asked: str
    due: str
    late: bool
    state: str
    by_itself: bool
    answer: str
    who: str


async def requests_page(visit: Visit) -> Response:
    """Open ones, due first; with `?show=closed` the others, the latest first."""
    if not visit.runs_the_office:
        return await unknown(visit)
    closed = visit.request.query_params.get("show") == "closed"
    chosen = PrivacyRequest.closed_at.is_not(None) if closed else PrivacyRequest.closed_at.is_(None)
    order = (PrivacyRequest.closed_at.desc(), PrivacyRequest.id.desc())
    async with visit.services.database.session() as session:
        found = await session.scalar(select(func.count()).select_from(PrivacyRequest).where(chosen)) or 0
        pages = max(-(-found // A_PAGE), 1)
        number = min(max(number_of(visit, "page"), 1), pages)
        query = select(PrivacyRequest).where(chosen)
        query = query.order_by(*(order if closed else (PrivacyRequest.due_at, PrivacyRequest.id)))
        rows = (await session.scalars(query.offset((number - 1) * A_PAGE).limit(A_PAGE))).all()
        people = await names(session)
        left = await told.read(visit, session)
    lines = [_line(visit, row, people) for row in rows]
    show = "closed" if closed else "open"
    values: dict[str, Any] = {"rows": lines, "found": found, "show": show, "told": left, "once": ""}
    values |= {"kinds": BY_HAND, "answers": tuple(WHAT), "longest": LONGEST}
    return shown(visit, "requests", **values, pages=pages, number=number, onward=f"?show={show}&page=")


def _line(visit: Visit, row: PrivacyRequest, people: Mapping[UUID, str]) -> Line:
    return Line(
        id=row.id,
        kind=row.kind,
        case=row.case_id,
        channel=row.channel,
        asked=_day(visit, row.asked_at),
        due=_day(visit, row.due_at or row.closed_at),
        late=row.due_at is not None and row.due_at <= visit.services.clock(),
        state=row.outcome or ("erasing" if row.erasure_id else "granted" if row.answered_at else "open"),
        by_itself=row.erasure_id is not None,
        answer=row.answer or "",
        who=people.get(row.closed_by, NOBODY) if row.closed_by else NOBODY,
    )


def _day(visit: Visit, at: datetime | None) -> str:
    return f"{visit.services.office.local(at):%Y-%m-%d}" if at else NOBODY


async def answer(visit: Visit) -> Response:
    """Granted, done or refused; refused only with why. Or one that came by another way is noted."""
    if not visit.runs_the_office:
        return await unknown(visit)
    async with visit.services.database.session() as session:
        noted = visit.form.get("what") == "note"
        said = await (_noted(visit, session) if noted else _answered(visit, session))
        await told.leave(visit, session, PAGE, [said])
    return RedirectResponse(PAGE, 303)


async def _answered(visit: Visit, session: AsyncSession) -> str:
    what, words = visit.form.get("what", ""), visit.form.get("answer", "").strip()[:LONGEST]
    number = as_number(visit.form.get("request", ""))
    row = await session.get(PrivacyRequest, number, with_for_update=True)
    if row is None or row.closed_at or row.erasure_id or what not in WHAT:
        return text(visit, "request.gone")
    if what == "refused" and not words:
        return text(visit, "request.why")
    if what == "grant":
        requests.grant(row, visit.services.office, visit.services.clock())
    else:
        requests.close(row, visit.services.clock(), what, words, visit.me.id if visit.me else None)
    keep(visit, session, WHAT[what], case_id=row.case_id, about=f"{REQUEST}{row.id}")
    return text(visit, f"request.{what}.told", number=str(row.id), by=_day(visit, row.due_at))


async def _noted(visit: Visit, session: AsyncSession) -> str:
    kind = visit.form.get("kind", "")
    case = await session.get(Case, as_number(visit.form.get("case", "")))
    chat = await session.get(Conversation, case.conversation_id) if case else None
    if case is None or chat is None or chat.role != "patient" or kind not in BY_HAND:
        return text(visit, "request.no_case")
    now, office = visit.services.clock(), visit.services.office
    row = await requests.note(session, office, now, chat, kind, case_id=case.id)
    keep(visit, session, "request_noted", case_id=case.id, about=f"{REQUEST}{row.id}")
    return text(visit, "request.noted", number=str(row.id), by=_day(visit, row.due_at))
