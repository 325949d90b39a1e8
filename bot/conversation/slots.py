"""What is asked on the way to a visit: the specialty, the slot, which visit, whether really."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments import booking, wishes
from bot.appointments.buttons import meaning
from bot.appointments.when import When, when_in
from bot.appointments.wishes import Wish
from bot.appointments.wording import area_name, both_clocks, title_of, values_of
from bot.appointments.zones import Place, place_of
from bot.conversation.turn import Turn, open_a_case
from bot.dialogue.say import Offer, Say
from bot.entities import Subject
from bot.privacy import consent
from bot.store.tables import Appointment

LONGEST_WORDS = 500  # characters of what she wrote, asking for it
LISTED = 9  # a list has ten rows; the last is a person

type Payload = Mapping[str, Any]


async def ask(
    turn: Turn, session: AsyncSession, wish: Wish, key: str = "telehealth.slots", *, further: bool = False
) -> Sequence[Say]:
    """What is missing for this wish: the consent, the specialty, or else the slot. `further`: those after the last shown."""
    services, conversation = turn.services, turn.conversation
    calendars = services.office.calendars(services.real)
    if not wish.specialty and len(calendars) == 1:
        wish = replace(wish, specialty=next(iter(calendars)))
    await wishes.keep(services, session, conversation.id, wish)
    if not await consent.given(session, conversation.id):
        return [Say(consent.ASKED, asks=True)]
    if wish.specialty not in calendars:
        return [_which_specialty(turn)]
    old = await own(turn, session, wish.moving) if wish.moving else None
    place = Place.from_json(old.place) if old else place_of(services, wish.cities)
    after = datetime.fromisoformat(wish.shown) if further and wish.shown else None
    besides = old.starts_at if old else None
    found = await booking.free(
        services, session, wish.specialty, place, wish.when, after=after, besides=besides
    )
    if not found and not further:
        key = "telehealth.slots.instead" if wish.when.says_anything else key
        found = await booking.free(
            services, session, wish.specialty, place, _nearest(wish.when), besides=besides
        )
    if not found:
        return await _none_left(turn, session, wish, further=further)
    await wishes.keep(services, session, conversation.id, replace(wish, shown=found[-1].isoformat()))
    return [_slots(turn, key, wish.specialty, place, found)]


def _nearest(when: When) -> When:
    """From the day that was named on, at any hour."""
    return When(first=min(when.days) if when.days else when.first)


def _slots(turn: Turn, key: str, specialty: str, place: Place, found: Sequence[datetime]) -> Say:
    services, language = turn.services, turn.language
    lines = [f"{n}. {both_clocks(services, at, place, language)}" for n, at in enumerate(found, start=1)]
    offers = [
        Offer(
            "",
            meaning("book", specialty=specialty, at=at.isoformat()),
            title_of(services, at, place, language),
        )
        for at in found
    ]
    more = Offer("slot_more", meaning("more", specialty=specialty))
    values = {"area": area_name(services, specialty, language), "lines": "\n".join(lines)}
    return Say(key, values, options=[*offers, more, "talk_to_human"], asks=True)


def _which_specialty(turn: Turn) -> Say:
    services = turn.services
    offers = [
        Offer("", meaning("specialty", specialty=key), area_name(services, key, turn.language)[:20])
        for key in list(services.office.calendars(services.real))[:LISTED]
    ]
    return Say("telehealth.which_specialty", options=[*offers, "talk_to_human"], asks=True)


def which(turn: Turn, visits: Sequence[Appointment], do: str) -> Say:
    if not visits:
        return Say("telehealth.gone")
    services, language = turn.services, turn.language
    lines = [
        f"{n}. {both_clocks(services, one.starts_at, Place.from_json(one.place), language)}"
        for n, one in enumerate(visits[:LISTED], start=1)
    ]
    offers = [
        Offer(
            "",
            meaning(do, visit=one.id),
            title_of(services, one.starts_at, Place.from_json(one.place), language),
        )
        for one in visits[:LISTED]
    ]
    key = f"telehealth.which.{do}"
    return Say(key, {"lines": "\n".join(lines)}, options=[*offers, "talk_to_human"], asks=True)


def really(turn: Turn, visit: Appointment) -> Say:
    options = [
        Offer("visit_cancel_yes", meaning("cancel", visit=visit.id, on="affirm")),
        Offer("visit_move", meaning("move", visit=visit.id)),
        Offer("visit_keep", meaning("keep", visit=visit.id, on="deny")),
    ]
    return Say("telehealth.cancel.ask", values_of(turn.services, visit, turn.language), options, asks=True)


async def move(turn: Turn, session: AsyncSession, visit: Appointment, payload: Payload) -> Sequence[Say]:
    """Other slots for it. A day that was named beside that of the visit itself is the one that is wanted."""
    wish = said(turn, payload, Wish(specialty=visit.specialty, moving=visit.id, words=visit.notes))
    now = visit.starts_at.astimezone(Place.from_json(visit.place).zone).date()
    others = tuple(day for day in wish.when.days if day != now)[-1:]
    when = replace(wish.when, days=others) if len(wish.when.days) > 1 else wish.when
    return await ask(turn, session, replace(wish, when=when), "telehealth.slots.move")


async def _none_left(turn: Turn, session: AsyncSession, wish: Wish, *, further: bool) -> Sequence[Say]:
    """No slot at all: a person finds a date. After the last of several: those before still stand."""
    values = {"area": area_name(turn.services, wish.specialty, turn.language)}
    if further:
        await wishes.keep(turn.services, session, turn.conversation.id, replace(wish, shown=""))
        return [Say("telehealth.slots.last", values, asks=True)]
    told = await open_a_case(turn, session, reason="task", topic="schedule_telehealth", urgency="normal")
    return [Say("telehealth.none", values, options=()), *told]


async def no_calendar(turn: Turn, session: AsyncSession, specialty: str) -> Sequence[Say]:
    told = await open_a_case(turn, session, reason="task", topic="schedule_telehealth", urgency="normal")
    return [Say("telehealth.no_calendar", {"specialty": specialty}, options=()), *told]


def said(turn: Turn, payload: Payload, before: Wish) -> Wish:
    """The wish with what this message adds; what it says anew replaces what was said before."""
    cities = tuple(filter(None, payload.get("cities", "").split(","))) or before.cities
    place = place_of(turn.services, cities)
    days = [day for day in payload.get("days", "").split(",") if day]
    when = when_in(turn.text, days, turn.now.astimezone(place.zone).date()) if turn.choice is None else When()
    words = " / ".join(filter(None, (before.words, turn.text if turn.choice is None else "")))
    return replace(
        before, when=when if when.says_anything else before.when, cities=cities, words=words[:LONGEST_WORDS]
    )


def area(turn: Turn, named: str) -> tuple[str, str]:
    """The calendar for what was named; and what was named when there is none for it."""
    calendars = turn.services.office.calendars(turn.services.real)
    for one in filter(None, named.split(",")):
        wider = turn.services.entities.within(Subject.read(one).specialty)
        if found := next((key for key in wider if key in calendars), "other" if "other" in calendars else ""):
            return found, ""
    return "", named


async def own(
    turn: Turn, session: AsyncSession, number: int, states: Sequence[str] = booking.AGREED
) -> Appointment | None:
    """The visit of that number if it is this person's and still to come; of number 0, the next one. Locked."""
    mine = select(Appointment).where(
        Appointment.conversation_id == turn.conversation.id,
        Appointment.state.in_(states),
        Appointment.starts_at > turn.now,
    )
    mine = mine.where(Appointment.id == number) if number else mine.order_by(Appointment.starts_at)
    return (await session.scalars(mine.limit(1).with_for_update())).one_or_none()
