"""When there may be visits: cut from hours on either clock, never on a holiday of either country."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.appointments.zones import zones_by_city
from bot.office import Office, OfficeError, load
from tests.office.offices import MEXICO, ROOT, office, shipped_office, written

SPECIALTIES = {"cardiology": "cardiología"}


def with_calendar(**keys: Any) -> Office:
    calendar = {"hours": {"mon-fri": "09:00-11:00"}, "length": "30m", "days_ahead": 3, "notice": "1h"} | keys
    return office(specialties=SPECIALTIES, calendars={"cardiology": calendar}, holidays=["third mon nov"])


def slots(at: datetime, **keys: Any) -> list[str]:
    """On the office's clock."""
    there = with_calendar(**keys)
    found = there.slots(there.calendars(real=False)["cardiology"], at)
    return [f"{one.astimezone(MEXICO):%a %H:%M}" for one in found]


def mexico(*when: int) -> datetime:
    return datetime(*when, tzinfo=MEXICO)  # type: ignore[arg-type, misc]


def test_hours_of_the_hospital_are_two_hours_later_in_mexico_in_winter() -> None:
    assert slots(mexico(2026, 12, 7, 10), days_ahead=1, notice="1h") == [
        "Mon 11:00",
        "Mon 11:30",
        "Mon 12:00",
        "Mon 12:30",
    ]


def test_and_one_hour_later_in_summer() -> None:
    assert slots(mexico(2026, 7, 6, 8), days_ahead=1, notice="1h")[0] == "Mon 10:00"


def test_the_office_has_its_own_clock() -> None:
    assert slots(mexico(2026, 7, 6, 7), clock="office", days_ahead=1)[0] == "Mon 09:00"


def test_least_notice_and_how_far_ahead_are_kept() -> None:
    found = slots(mexico(2026, 12, 7, 10), notice="24h", days_ahead=2)
    assert found[0] == "Tue 11:00"
    assert found[-1] == "Tue 12:30"


def test_no_visits_on_holidays_of_either_country() -> None:
    thanksgiving = slots(mexico(2026, 11, 25, 20), days_ahead=2)
    assert not [slot for slot in thanksgiving if slot.startswith("Thu")]
    revolution = slots(mexico(2026, 11, 15, 20), days_ahead=2)
    assert not [slot for slot in revolution if slot.startswith("Mon")]


def test_what_the_clocks_jump_over_is_no_slot() -> None:
    hours = {"sun": "01:00-04:00"}
    found = slots(mexico(2027, 3, 13, 20), hours=hours, length="1h", days_ahead=1)
    assert found == ["Sun 03:00", "Sun 04:00"]  # 01:00 and 03:00 in Los Angeles; there is no 02:00


def test_a_visit_does_not_run_past_the_hours() -> None:
    assert len(slots(mexico(2026, 12, 7, 10), length="45m", days_ahead=1)) == 2


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        ({"cardiology": {"length": "30m"}}, "calendars.cardiology.hours: missing"),
        ({"cardiology": {"hours": {"mon": "9-10"}}}, "calendars.cardiology.hours"),
        ({"cardiology": {"hours": {"mon": "09:00-10:00"}, "clock": "mine"}}, "calendars.cardiology.clock"),
        (
            {"cardiology": {"hours": {"mon": "09:00-10:00"}, "capacity": 0}},
            "calendars.cardiology.capacity",
        ),
        ({"magic": {"hours": {"mon": "09:00-10:00"}}}, "calendars: magic is none of specialties"),
    ],
)
def test_a_mistake_names_the_key(tmp_path: Path, calendar: dict[str, Any], message: str) -> None:
    with pytest.raises(OfficeError) as error:
        load(written(tmp_path, specialties=SPECIALTIES, calendars=calendar))
    assert message in str(error.value)


def test_shipped_calendars_are_demo_and_never_used_over_a_real_provider() -> None:
    shipped = shipped_office()
    assert set(shipped.calendars(real=False)) == {"cardiology", "oncology", "neurology", "other"}
    assert not shipped.calendars(real=True)
    assert "calendars.cardiology" in shipped.demo_left()
    for calendar in shipped.calendars(real=False).values():
        assert next(shipped.slots(calendar, datetime(2026, 11, 23, tzinfo=UTC)), None)


def test_every_city_of_the_zones_is_one_that_is_understood() -> None:
    known = yaml.safe_load((ROOT / "data" / "entities" / "cities.yml").read_text(encoding="utf-8"))
    assert set(zones_by_city()) <= set(known)
    for zone in set(zones_by_city().values()):
        assert ZoneInfo(zone)
