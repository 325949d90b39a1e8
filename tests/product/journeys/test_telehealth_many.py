"""Two hundred people want fifty slots at the same moment."""

import asyncio
from collections import Counter
from datetime import datetime
from pathlib import Path

from bot.appointments import booking
from bot.appointments.zones import Place
from bot.store.contacts import meet
from sandbox import Sandbox
from tests.product.conftest import Product
from tests.product.journeys.telehealth import clinic, visits

PEOPLE, SLOTS = 200, 50


async def test_fifty_are_booked_the_others_are_offered_another_and_none_is_double(
    box: Sandbox, database_url: str, tmp_path: Path
) -> None:
    async with clinic(box, database_url, tmp_path) as product:
        services = product.puente.services
        calendar = services.office.calendars(real=False)["cardiology"]
        slots = list(services.office.slots(calendar, services.clock()))[:SLOTS]
        wanted = [(number, slots[number % SLOTS]) for number in range(PEOPLE)]
        outcomes = await asyncio.gather(*(books(product, number, at) for number, at in wanted))
        booked = [at for at, _ in outcomes if at]
        assert Counter(booked) == dict.fromkeys(slots, 1)
        others = [offers for at, offers in outcomes if at is None]
        assert len(others) == PEOPLE - SLOTS
        assert all(offers for offers in others)
        stored = Counter((visit.starts_at, visit.seat) for visit in await visits(product))
        assert len(stored) == SLOTS
        assert set(stored.values()) == {1}


async def test_a_slot_for_two_takes_two(box: Sandbox, database_url: str, tmp_path: Path) -> None:
    async with clinic(box, database_url, tmp_path) as product:
        services = product.puente.services
        calendar = services.office.calendars(real=False)["neurology"]
        at = next(services.office.slots(calendar, services.clock()))
        outcomes = await asyncio.gather(*(books(product, number, at, "neurology") for number in range(12)))
        assert len([one for one, _ in outcomes if one]) == 2
        assert sorted(visit.seat for visit in await visits(product)) == [0, 1]


async def books(
    product: Product, number: int, at: datetime, specialty: str = "cardiology"
) -> tuple[datetime | None, list[datetime]]:
    """What the tap on a slot comes to: the slot, or others to choose from."""
    services = product.puente.services
    place = Place(services.office.time_zone)
    async with services.database.session() as session:
        somebody = await meet(session, services.clock, "telegram", str(70000 + number))
    async with services.database.session() as session:
        visit = await booking.take(services, session, somebody.id, specialty, at, place)
        offers = [] if visit else await booking.free(services, session, specialty, place)
        return (visit.starts_at if visit else None), offers
