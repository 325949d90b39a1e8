"""When the day of a consultant begins."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.office import Consultant, Office
from bot.office.shifts import day_began

MEXICO = ZoneInfo("America/Mexico_City")
MONDAY = 23  # November 2026
ALWAYS = {"mon-sun": "00:00-24:00"}


def _content(hours: dict[str, Any]) -> dict[str, Any]:
    zone = "America/Mexico_City"
    hospital = {"name": "H", "time_zone": zone}
    return {"name": "O", "time_zone": zone, "hospital": hospital, "hours": hours, "emergency_numbers": {}}


def office(hours: dict[str, Any]) -> Office:
    return Office.model_validate(_content(hours))


def ana(hours: dict[str, Any] | None = None) -> Consultant:
    return Consultant(name="Ana", telegram="1", hours=hours)  # type: ignore[arg-type]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MEXICO)


BY_DAY = office({"mon-fri": "09:00-18:00"})


@pytest.mark.parametrize(
    ("hours", "now", "began"),
    [
        (None, at(MONDAY, 9), at(MONDAY, 9)),  # the office's
        (None, at(MONDAY, 17, 59), at(MONDAY, 9)),
        (None, at(MONDAY, 8, 59), None),
        (None, at(MONDAY, 18), None),
        ({"mon-fri": "14:00-22:00"}, at(MONDAY, 14), at(MONDAY, 14)),
        ({"mon-fri": "14:00-22:00"}, at(MONDAY, 9), None),
        ({"mon-fri": ["09:00-14:00", "16:00-19:00"]}, at(MONDAY, 16), at(MONDAY, 9)),  # one day, one morning
        ({"mon-sun": "22:00-06:00"}, at(MONDAY, 22), at(MONDAY, 22)),
        ({"mon-sun": "22:00-06:00"}, at(MONDAY + 1, 0, 30), at(MONDAY, 22)),
        ({"mon-sun": ["00:00-06:00", "22:00-24:00"]}, at(MONDAY + 1, 0, 30), at(MONDAY, 22)),
        (ALWAYS, at(MONDAY, 9), at(MONDAY, 9)),  # round the clock: with the office
        (ALWAYS, at(MONDAY, 8), None),
    ],
)
def test_the_day_begins_with_the_first_duty(
    hours: dict[str, Any] | None, now: datetime, began: datetime | None
) -> None:
    found = day_began(ana(hours), now, BY_DAY)
    if found is not None and began is None:
        assert now - found > (at(MONDAY, 3) - at(MONDAY, 0))  # long past: no morning
    else:
        assert found == began


def test_an_office_that_never_closes_has_no_morning() -> None:
    assert day_began(ana(), at(MONDAY, 0), office(ALWAYS)) is None
    assert day_began(ana(ALWAYS), at(MONDAY, 9), office(ALWAYS)) is None


def test_a_holiday_has_no_morning_but_for_who_works_then() -> None:
    closed = Office.model_validate({**_content({"mon-fri": "09:00-18:00"}), "holidays": ["2026-11-23"]})
    assert day_began(ana(), at(MONDAY, 9), closed) is None
    assert day_began(ana({"mon-sun": "10:00-18:00"}), at(MONDAY, 10), closed) == at(MONDAY, 10)
