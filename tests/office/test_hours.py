"""Opening hours: the syntax of office.yml, holidays, midnight, time zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.office import Holiday, Office, parse_hours
from tests.office.offices import MEXICO, office


def at(text: str) -> datetime:
    """A moment on the clock of Mexico City."""
    return datetime.fromisoformat(text).replace(tzinfo=MEXICO)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 09:00", True),
        ("2026-11-23 08:59", False),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 12:00", False),
    ],
)
def test_office_is_open_from_its_opening_minute_to_the_one_before_closing(moment: str, is_open: bool) -> None:
    assert office(hours={"mon-fri": "09:00-18:00"}).is_open(at(moment)) is is_open


def test_office_hours_are_asked_in_any_time_zone() -> None:
    here = office(hours={"mon": "09:00-18:00"})

    assert here.is_open(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    assert not here.is_open(datetime(2026, 11, 23, 14, 59, tzinfo=UTC))


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        office().is_open(datetime(2026, 11, 23, 15, 0))


def test_a_break_at_noon_closes_the_office() -> None:
    here = office(hours={"mon": ["09:00-13:00", "14:00-18:00"]})

    assert here.is_open(at("2026-11-23 12:59"))
    assert not here.is_open(at("2026-11-23 13:30"))
    assert here.is_open(at("2026-11-23 14:00"))


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    here = office(hours={"fri": "22:00-06:00"})

    assert here.is_open(at("2026-11-27 23:30"))
    assert here.is_open(at("2026-11-28 05:59"))
    assert not here.is_open(at("2026-11-28 06:00"))
    assert not here.is_open(at("2026-11-27 05:00"))


def test_sunday_night_runs_into_monday() -> None:
    assert office(hours={"sun": "20:00-02:00"}).is_open(at("2026-11-23 01:00"))


def test_all_day_every_day_is_always_open() -> None:
    here = office(hours={"mon-sun": "00:00-24:00"})

    assert here.is_open(at("2026-11-22 00:00"))
    assert here.is_open(at("2026-11-22 23:59"))


def test_a_range_of_days_may_pass_the_weekend() -> None:
    here = office(hours={"fri-mon": "10:00-12:00"})

    assert [here.is_open(at(f"2026-11-{day} 11:00")) for day in (27, 28, 29, 30)] == [True] * 4
    assert not here.is_open(at("2026-12-01 11:00"))


def test_a_day_may_be_closed_by_an_empty_list() -> None:
    assert not office(hours={"mon-fri": "09:00-18:00", "sat": []}).is_open(at("2026-11-28 11:00"))


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ({"mon-fri": "9-18"}, "HH:MM-HH:MM"),
        ({"monday": "09:00-18:00"}, "mon-fri"),
        ({"mon": "09:00-25:00"}, "24:00"),
        ({"mon": "24:00-06:00"}, "24:00"),
        ({"mon": "09:75-18:00"}, "24:00"),
        ({"mon": "09:00-09:00"}, "unlike"),
        ({"mon-fri": "09:00-18:00", "wed": "09:00-12:00"}, "wed is given twice"),
        ({"mon": 9}, "HH:MM-HH:MM"),
        ({}, "at least one day"),
        ({"sat": []}, "at least one day"),
        ("09:00-18:00", "mon-fri"),
    ],
)
def test_unreadable_hours_say_what_is_expected(hours: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_hours(hours)


# --- holidays -----------------------------------------------------------------------------------------------


def holidays_of(year: int, office: Office) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=day) for day in range(365))
    return [day for day in days if office.is_holiday(day)]


def test_mexican_holidays_of_2026_fall_on_their_days(shipped: Office) -> None:
    assert [day.isoformat()[5:] for day in holidays_of(2026, shipped)] == [
        "01-01",
        "02-02",
        "03-16",
        "05-01",
        "09-16",
        "11-16",
        "12-25",
    ]


def test_mexican_holidays_of_2027_fall_on_their_days(shipped: Office) -> None:
    assert [day.isoformat()[5:] for day in holidays_of(2027, shipped)] == [
        "01-01",
        "02-01",
        "03-15",
        "05-01",
        "09-16",
        "11-15",
        "12-25",
    ]


def test_change_of_government_is_a_holiday_only_in_its_year(shipped: Office) -> None:
    assert shipped.is_holiday(date(2030, 10, 1))
    assert not shipped.is_holiday(date(2027, 10, 1))


def test_hospital_keeps_the_holidays_of_the_united_states(shipped: Office) -> None:
    hospital = shipped.hospital

    assert [hospital.is_holiday(date(2026, 11, day)) for day in (16, 26)] == [False, True]
    assert hospital.is_holiday(date(2026, 5, 25))
    assert hospital.is_holiday(date(2027, 9, 6))


def test_office_is_closed_on_a_holiday(shipped: Office) -> None:
    assert not shipped.is_open(at("2026-11-16 11:00"))
    assert shipped.is_open(at("2026-11-17 11:00"))


def test_a_night_that_begins_on_a_holiday_is_closed_to_its_end() -> None:
    here = office(hours={"mon-sun": "22:00-06:00"}, holidays=["2026-12-25"])

    assert not here.is_open(at("2026-12-25 23:00"))
    assert not here.is_open(at("2026-12-26 05:00"))
    assert here.is_open(at("2026-12-25 05:00"))  # began on the 24th


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        (date(2026, 12, 24), date(2026, 12, 24)),
        ("12-24", date(2027, 12, 24)),
        ("second tue jun", date(2026, 6, 9)),
        ("last Fri Feb", date(2028, 2, 25)),
        ("02-29", date(2028, 2, 29)),
        ({"date": "12-24", "es": "Nochebuena", "en": "Christmas Eve"}, date(2026, 12, 24)),
    ],
)
def test_a_holiday_is_a_date_a_day_of_the_year_or_a_rule(written: object, day: date) -> None:
    holiday = Holiday.model_validate(written)

    assert holiday.falls_on(day)
    assert not holiday.falls_on(day.replace(day=day.day - 1))


@pytest.mark.parametrize("written", ["24 dic", "13-01", "2026-02-30", "fifth mon may", "2026-W10-1", ""])
def test_an_unreadable_holiday_says_what_is_expected(written: str) -> None:
    with pytest.raises(ValueError, match="third mon nov"):
        Holiday.model_validate(written)


# --- the next opening ---------------------------------------------------------------------------------------


def test_next_opening_on_sunday_is_monday_morning(shipped: Office) -> None:
    assert shipped.next_opening(at("2026-11-22 03:00")) == at("2026-11-23 09:00")


def test_next_opening_before_work_is_the_same_day(shipped: Office) -> None:
    assert shipped.next_opening(at("2026-11-23 03:00")) == at("2026-11-23 09:00")


def test_next_opening_while_open_is_now(shipped: Office) -> None:
    now = at("2026-11-23 11:00")

    assert shipped.next_opening(now) == now


def test_next_opening_passes_over_a_long_weekend(shipped: Office) -> None:
    assert shipped.next_opening(at("2026-11-13 18:00")) == at("2026-11-17 09:00")


def test_next_opening_is_none_when_the_office_never_opens_again() -> None:
    every_day = [(date(2028, 1, 1) + timedelta(days=day)).isoformat()[5:] for day in range(366)]

    assert office(holidays=every_day).next_opening(at("2026-11-22 03:00")) is None


# --- two clocks ---------------------------------------------------------------------------------------------


def test_mexico_city_keeps_its_clock_while_los_angeles_changes(shipped: Office) -> None:
    summer, winter = datetime(2026, 7, 6, 15, 30, tzinfo=UTC), datetime(2026, 12, 7, 15, 30, tzinfo=UTC)

    assert [shipped.local(moment).hour for moment in (summer, winter)] == [9, 9]
    assert [moment.astimezone(shipped.hospital.time_zone).hour for moment in (summer, winter)] == [8, 7]
    assert shipped.is_open(summer)
    assert shipped.is_open(winter)


def test_an_office_in_los_angeles_opens_at_nine_on_both_sides_of_the_clock_change() -> None:
    here = office(time_zone="America/Los_Angeles", hours={"mon-fri": "09:00-18:00"})
    friday = datetime(2026, 3, 6, 20, 0, tzinfo=ZoneInfo("America/Los_Angeles"))

    opening = here.next_opening(friday)

    assert opening is not None
    assert opening.astimezone(UTC) == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # summer time began on the 8th
