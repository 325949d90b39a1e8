"""The audit log as a page: for the head of office and the administrator. That they looked is kept, too."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.answers.check import PREFIX
from bot.console.numbers import number_of
from bot.console.pages import shown, text, unknown
from bot.console.visit import Visit
from bot.desk.standing import names
from bot.store.audit import ADMINISTRATOR, CONSULTANT, record
from bot.store.tables import Audit

A_PAGE = 50
PERSON, REQUEST, MESSAGE = "person:", "request:", "message:"
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    who: str
    what: str
    case: int | None


async def log_page(visit: Visit) -> Response:
    """Newest first; of one case with `?case=`."""
    if not visit.runs_the_office:
        return await unknown(visit)
    case, number = number_of(visit, "case"), min(max(number_of(visit, "page"), 1), MOST_PAGES)
    of_case = (Audit.case_id == case,) if case else ()
    async with visit.services.database.session() as session:
        count = await session.scalar(select(func.count()).select_from(Audit).where(*of_case)) or 0
        query = select(Audit).where(*of_case).order_by(Audit.id.desc())
        found = (await session.scalars(query.offset((number - 1) * A_PAGE).limit(A_PAGE))).all()
        people = await names(session)
        if number == 1:
            keep(visit, session, "audit_read", case_id=case or None)
    rows = [_line(visit, row, people) for row in found]
    onward = f"?case={case}&page=" if case else "?page="
    pages = max(-(-count // A_PAGE), 1)
    return shown(visit, "audit", rows=rows, case=case, number=number, pages=pages, onward=onward)


def keep(
    visit: Visit, session: AsyncSession, what: str, *, case_id: int | None = None, about: str = ""
) -> None:
    """A line on what the reader of a page did; in the transaction in which it is done."""
    actor, who = (CONSULTANT, visit.me.id) if visit.me else (ADMINISTRATOR, None)
    record(session, visit.services.clock, what, actor=actor, who=who, case_id=case_id, about=about)


def _line(visit: Visit, row: Audit, people: Mapping[UUID, str]) -> Line:
    local = visit.services.office.local(row.at)
    name = people.get(row.consultant_id, "") if row.consultant_id else ""
    what = " · ".join(filter(None, (text(visit, f"did.{row.what}"), _about(visit, row.about, people))))
    return Line(f"{local:%Y-%m-%d %H:%M:%S}", name or text(visit, f"actor.{row.actor}"), what, row.case_id)


def _about(visit: Visit, about: str, people: Mapping[UUID, str]) -> str:
    if about.startswith(PERSON):
        return people.get(UUID(about.removeprefix(PERSON)), "")
    if about.startswith(MESSAGE):
        return text(visit, "review.message", number=about.removeprefix(MESSAGE))
    if about.startswith(PREFIX):
        return about
    return text(visit, "audit.request", number=about.removeprefix(REQUEST)) if about else ""
