"""Slots and who has them. Two visits never get the same seat of a slot: the database refuses the second (`appointments_once`),
whatever was read before."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.when import When
from bot.appointments.zones import Place
from bot.services import Services
from bot.store.tables import Appointment

TAKING = ("held", "reserved", "confirmed")  # states that take a seat
AGREED = ("reserved", "confirmed")  # states of a visit that will be
OFFERED = 3  # slots at once
A_DAY, AN_HOUR = timedelta(hours=24), timedelta(hours=1)


async def free(
    services: Services,
    session: AsyncSession,
    specialty: str,
    place: Place,
    when: When | None = None,
    *,
    after: datetime | None = None,
    besides: datetime | None = None,
    most: int = OFFERED,
) -> list[datetime]:
    """Slots with a seat left that fit `when`, in order: one of each day unless a day was named, and those nearest to the hour
    that was named. `after`: only later ones; `besides`: not this one."""
    when = when or When()
    calendar = services.office.calendars(services.real)[specialty]
    now = services.clock()
    taken = await _taken(session, specialty, now)
    fitting: list[datetime] = []
    for at in services.office.slots(calendar, now):
        if (after and at <= after) or at == besides or not when.fits(at.astimezone(place.zone)):
            continue
        if _overlapping(taken, at, at + calendar.length) < calendar.capacity:
            fitting.append(at)
    return _chosen(fitting, when, place, most)


async def _taken(session: AsyncSession, specialty: str, now: datetime) -> Sequence[tuple[datetime, datetime]]:
    query = select(Appointment.starts_at, Appointment.minutes).where(
        Appointment.specialty == specialty,
        Appointment.state.in_(TAKING),
        Appointment.starts_at > now - A_DAY,
    )
    return [(at, at + timedelta(minutes=minutes)) for at, minutes in await session.execute(query)]


def _overlapping(taken: Sequence[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> int:
    """Also of visits booked when the calendar was cut differently."""
    return sum(1 for start, end in taken if start < ends and begins < end)


def _chosen(fitting: Sequence[datetime], when: When, place: Place, most: int) -> list[datetime]:
    if when.near is not None:
        near = when.near

        def distance(at: datetime) -> tuple[int, datetime]:
            local = at.astimezone(place.zone)
            return abs(local.hour * 60 + local.minute - near), at

        return sorted(sorted(fitting, key=distance)[:most])
    if when.says_a_day:
        return list(fitting[:most])
    days = {at.astimezone(place.zone).date(): at for at in reversed(fitting)}
    spread = sorted(days.values())
    return spread[:most] if len(spread) >= most else list(fitting[:most])


async def take(
    services: Services,
    session: AsyncSession,
    conversation_id: UUID,
    specialty: str,
    at: datetime,
    place: Place,
    **more: Any,
) -> Appointment | None:
    """A seat of the slot for this person, or None when there is none any more, or no such slot. `more`: other columns."""
    calendar = services.office.calendars(services.real).get(specialty)
    now = services.clock()
    if calendar is None or at not in set(services.office.slots(calendar, now)):
        return None
    if _overlapping(await _taken(session, specialty, now), at, at + calendar.length) >= calendar.capacity:
        return None
    row = {
        "conversation_id": conversation_id,
        "specialty": specialty,
        "starts_at": at,
        "minutes": int(calendar.length.total_seconds()) // 60,
        "state": "reserved",
        "uid": uuid.uuid4(),
        "place": place.to_json(),
        "created_at": now,
        **more,
    }
    row |= _reminders(now, at) if row["state"] in AGREED else {}
    for seat in range(calendar.capacity):
        statement = insert(Appointment).values(seat=seat, **row).on_conflict_do_nothing()
        if taken := (await session.scalars(statement.returning(Appointment))).one_or_none():
            return taken
    return None


def _reminders(now: datetime, at: datetime) -> dict[str, datetime | None]:
    """When they are due; none that would come right after the booking."""
    return {
        "remind_day_at": at - A_DAY if at - A_DAY > now + AN_HOUR else None,
        "remind_hour_at": at - AN_HOUR if at - AN_HOUR > now + AN_HOUR / 4 else None,
    }


async def move(
    services: Services, session: AsyncSession, old: Appointment, at: datetime
) -> Appointment | None:
    """The same visit at another time: the new slot is taken before the old one is free. None when it cannot be had."""
    same = {"case_id": old.case_id, "notes": old.notes, "uid": old.uid, "sequence": old.sequence + 1}
    place = Place.from_json(old.place)
    new = await take(services, session, old.conversation_id, old.specialty, at, place, **same)
    if new is not None:
        end(old, "moved")
    return new


async def accept(services: Services, session: AsyncSession, held: Appointment) -> bool:
    """The patient agrees to what a consultant proposed: it is the visit now, in place of the other. False when it lapsed."""
    if held.state != "held" or held.starts_at <= services.clock():
        return False
    old = await session.get(Appointment, held.instead_of, with_for_update=True) if held.instead_of else None
    if old is not None and old.state in AGREED:
        end(old, "moved")
    held.state, held.held_until = "confirmed", None
    for name, due in _reminders(services.clock(), held.starts_at).items():
        setattr(held, name, due)
    return True


def end(appointment: Appointment, state: str) -> None:
    """Moved, cancelled: the slot is free from here on, and nobody is reminded."""
    appointment.state = state
    appointment.remind_day_at = appointment.remind_hour_at = appointment.held_until = None


async def coming(session: AsyncSession, *chats: UUID) -> Sequence[Appointment]:
    """The visits that will be of these chats of one person, soonest first. (What is over has another state, by the duty
    `end_visits`.)"""
    query = select(Appointment).where(Appointment.conversation_id.in_(chats), Appointment.state.in_(AGREED))
    return (await session.scalars(query.order_by(Appointment.starts_at))).all()
