"""The visits by video, by day, on the office's clock and the hospital's. No name, and nothing of what a visit is for but the
specialty. Whoever holds the case decides on a visit, by the orders of its buttons in a chat."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.appointments.booking import AGREED, TAKING
from bot.appointments.wording import area_name
from bot.appointments.zones import Place, city_name
from bot.console import told
from bot.console.acting import carried
from bot.console.numbers import as_number
from bot.console.pages import shown
from bot.console.visit import HOME, Visit
from bot.desk.desk import Desk, Order
from bot.desk.standing import names
from bot.desk.visits import ORDERS
from bot.store.tables import Appointment, Case, JoinedChat

PAGE = f"{HOME}/visits"
SHOWN = (*TAKING, "past")
SPANS = {"day": 1, "week": 7}
NOBODY = "–"

type _Found = Row[Appointment, Case]  # the case may be missing (an outer join)


@dataclass(frozen=True, slots=True)
class Line:
    """One visit. `orders`: what the reader may decide on it; `there`: the hour at the hospital."""

    id: int
    day: str
    here: str
    there: str
    area: str
    minutes: int
    state: str
    coming: bool
    case: int | None
    holder: str
    over: bool
    orders: Sequence[str]


async def visits_page(visit: Visit) -> Response:
    """`?span=` day or week, `?date=` a day in it."""
    span = visit.request.query_params.get("span", "")
    span = span if span in SPANS else "week"
    first = _first(visit, span)
    days = timedelta(days=SPANS[span])
    async with visit.services.database.session() as session:
        found = (await session.execute(_within(visit, first, first + days))).all()
        people = await names(session)
        left = await told.read(visit, session)
    lines = [_line(visit, row, people) for row in found]
    office = visit.services.office
    ways: dict[str, Any] = {"span": span, "spans": SPANS, "first": first, "today": _today(visit)}
    ways |= {"before": first - days, "after": first + days, "title": _title(visit, first, first + days)}
    ways |= {"cities": [_city(visit, office.time_zone), _city(visit, office.hospital.time_zone)]}
    ways |= {"to_come": _by_day(one for one in lines if not one.over)}
    ways |= {"over": _by_day(one for one in lines if one.over), "count": len(lines)}
    return shown(visit, "visits", told=left, once=secrets.token_urlsafe(12), **ways)


def _today(visit: Visit) -> date:
    return visit.services.office.local(visit.services.clock()).date()


def _first(visit: Visit, span: str) -> date:
    """The day that is asked for, or the Monday of its week; of what is no day, today's."""
    try:
        day = date.fromisoformat(visit.request.query_params.get("date", ""))
        day = min(max(day, date(2000, 1, 3)), date(2999, 1, 1))
    except ValueError:
        day = _today(visit)
    return day - timedelta(days=day.weekday()) if span == "week" else day


def _within(visit: Visit, first: date, after: date) -> Select[Appointment, Case]:
    """The visits of these days, each with the open case of its patient."""
    zone = visit.services.office.time_zone
    begins, ends = (datetime.combine(day, time(), tzinfo=zone) for day in (first, after))
    query = select(Appointment, Case).outerjoin(Case, _its_open_case())
    query = query.where(Appointment.state.in_(SHOWN), Appointment.starts_at >= begins)
    return query.where(Appointment.starts_at < ends).order_by(Appointment.starts_at, Appointment.id)


def _its_open_case() -> ColumnElement[bool]:
    """Led in the chat in which the visit was booked, or joined with it (docs/adr/0018)."""
    chat = Appointment.conversation_id
    joined = select(JoinedChat.case_id).where(JoinedChat.conversation_id == chat).scalar_subquery()
    return ((Case.conversation_id == chat) | (Case.id == joined)) & Case.closed_at.is_(None)


def _line(visit: Visit, row: _Found, people: Any) -> Line:
    booked: Appointment = row[0]
    case: Case | None = row[1]
    services, language = visit.services, visit.language
    here = services.office.local(booked.starts_at)
    there = booked.starts_at.astimezone(services.office.hospital.time_zone)
    hour = services.texts.say_hour(there, language)
    other_day = services.texts.say_day(there, language) if there.date() != here.date() else ""
    over = booked.state == "past" or booked.starts_at <= services.clock()
    return Line(
        id=booked.id,
        day=services.texts.say_day(here, language),
        here=services.texts.say_hour(here, language),
        there=f"{other_day}, {hour}" if other_day else hour,
        area=area_name(services, booked.specialty, language),
        minutes=booked.minutes,
        state="past" if over else booked.state,
        coming=booked.coming_at is not None,
        case=case.id if case else booked.case_id,
        holder=people.get(case.holder_id, NOBODY) if case and case.holder_id else NOBODY,
        over=over,
        orders=() if over else _orders(visit, booked, case),
    )


def _orders(visit: Visit, booked: Appointment, case: Case | None) -> Sequence[str]:
    mine = case is not None and visit.me is not None and case.holder_id == visit.me.id
    if not mine or booked.state not in AGREED:
        return ()
    return [name for name in ORDERS if name != "confirm_visit" or booked.state == "reserved"]


def _by_day(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    return [(day, list(some)) for day, some in groupby(lines, lambda line: line.day)]


def _city(visit: Visit, zone: Any) -> str:
    return city_name(visit.services, Place(zone), visit.language)


def _title(visit: Visit, first: date, after: date) -> str:
    """`lunes 7 de diciembre – domingo 13 de diciembre · 2026`."""
    days = [first, after - timedelta(days=1)]
    said = [visit.services.texts.say_day(datetime.combine(day, time()), visit.language) for day in days]
    return f"{' – '.join(dict.fromkeys(said))} · {days[-1].year}"


async def decide(visit: Visit) -> Response:
    """What the holder of the case decides on a visit: `what` is the order and the visit's number."""
    name, _, number = visit.form.get("what", "").partition("-")
    async with visit.services.database.session() as session:
        case = await _open_case(session, as_number(number))

    async def ordered(desk: Desk) -> Order | None:
        about = {"do": name, "case": case, "visit": as_number(number)}
        return Order(name, meaning=about) if name in ORDERS and case else None

    return await carried(visit, ordered, case, told.page_in(visit, PAGE))


async def _open_case(session: AsyncSession, number: int) -> int:
    """Of the patient whose visit it is; 0 for none. (That she holds it, the order sees to.)"""
    query = select(Case.id).join(Appointment, _its_open_case()).where(Appointment.id == number)
    return (await session.scalars(query)).one_or_none() or 0
