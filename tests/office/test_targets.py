"""Target times: how they are written, and the office hours they are counted in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.office import Office
from bot.office.targets import Target, parse_duration
from tests.office.offices import office

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
HALF_AN_HOUR, TWO_HOURS = timedelta(minutes=30), timedelta(hours=2)


def after(here: Office, start: str, duration: timedelta) -> str:
    """On the office's clock, from and to `2026-11-23 09:00`."""
    moment = here.after(datetime.fromisoformat(start).replace(tzinfo=here.time_zone), duration)
    assert moment is not None
    return f"{here.local(moment):%Y-%m-%d %H:%M}"


# --- how they are written -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "minutes"), [("30m", 30), ("2h", 120), ("1h30m", 90), ("1h 30m", 90), (" 90m ", 90)]
)
def test_a_duration_is_hours_and_minutes(written: str, minutes: int) -> None:
    assert parse_duration(written) == timedelta(minutes=minutes)


@pytest.mark.parametrize("written", ["", "0m", "2", 30, "2 hours", "-5m", "30m2h", None])
def test_an_unreadable_duration_says_what_is_expected(written: object) -> None:
    with pytest.raises(ValueError, match="1h30m"):
        parse_duration(written)


def test_what_the_file_does_not_say_has_a_default() -> None:
    here = office(targets={"high": {"take": "1m"}})

    assert here.targets.of("high") == Target(timedelta(minutes=1), timedelta(hours=1))
    assert office().targets.of("normal") == Target(HALF_AN_HOUR, TWO_HOURS)
    assert office().targets.of("urgent").take < office().targets.of("high").take


def test_an_unknown_urgency_or_target_is_refused() -> None:
    wrong: list[Any] = [{"medium": {"take": "1m"}}, {"high": {"close": "1m"}}, {"high": {"take": "soon"}}]
    for targets in wrong:
        with pytest.raises(ValidationError):
            office(targets=targets)


def test_the_shipped_file_has_targets_for_every_urgency(shipped: Office) -> None:
    assert shipped.targets.of("normal") == Target(HALF_AN_HOUR, TWO_HOURS)
    assert shipped.targets.of("urgent") == Target(timedelta(minutes=5), timedelta(minutes=15))


# --- what they are counted in -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "reached"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:30"),
        ("2026-11-23 17:30", "2026-11-23 18:00"),  # the last minute is enough
        ("2026-11-23 17:59", "2026-11-24 09:29"),  # one minute before closing
        ("2026-11-23 18:00", "2026-11-24 09:30"),
        ("2026-11-23 03:00", "2026-11-23 09:30"),
        ("2026-11-20 17:50", "2026-11-23 09:20"),  # over a weekend
        ("2026-11-21 12:00", "2026-11-23 09:30"),
        ("2026-11-13 17:45", "2026-11-17 09:15"),  # Revolution Day, here
        ("2026-11-25 17:45", "2026-11-27 09:15"),  # Thanksgiving, at the hospital
        ("2026-12-24 17:45", "2026-12-28 09:15"),  # Christmas, at both, before a weekend
    ],
)
def test_half_an_hour_of_office_time(shipped: Office, start: str, reached: str) -> None:
    assert after(shipped, start, HALF_AN_HOUR) == reached


def test_two_working_days_are_eighteen_hours_of_this_office(shipped: Office) -> None:
    assert after(shipped, "2026-11-20 09:00", timedelta(hours=18)) == "2026-11-23 18:00"


def test_a_break_at_noon_does_not_count() -> None:
    here = office(hours={"mon-fri": ["09:00-13:00", "14:00-18:00"]})

    assert after(here, "2026-11-23 12:45", HALF_AN_HOUR) == "2026-11-23 14:15"


def test_a_night_shift_counts_through_midnight_and_into_the_day_off() -> None:
    here = office(hours={"fri": "22:00-06:00"})

    assert after(here, "2026-11-27 23:45", HALF_AN_HOUR) == "2026-11-28 00:15"
    assert after(here, "2026-11-28 05:45", HALF_AN_HOUR) == "2026-12-04 22:15"


def test_an_office_that_never_closes_counts_every_minute() -> None:
    here = office(hours={"mon-sun": "00:00-24:00"})

    assert after(here, "2026-11-28 23:45", HALF_AN_HOUR) == "2026-11-29 00:15"
    assert after(here, "2026-11-28 12:00", timedelta(hours=30)) == "2026-11-29 18:00"


def test_minutes_of_ranges_that_overlap_count_once() -> None:
    here = office(hours={"mon": ["09:00-12:00", "11:00-13:00"]})

    assert after(here, "2026-11-23 11:30", timedelta(hours=1)) == "2026-11-23 12:30"


def test_nothing_is_due_in_an_office_that_never_opens_again() -> None:
    every_day = [f"{datetime(2028, 1, 1) + timedelta(days=day):%m-%d}" for day in range(366)]
    start = datetime(2026, 11, 23, 15, tzinfo=UTC)

    assert office(holidays=every_day).after(start, HALF_AN_HOUR) is None
    assert office().after(start, timedelta(days=365)) is None


def test_no_duration_gives_the_next_moment_that_counts(shipped: Office) -> None:
    assert after(shipped, "2026-11-23 11:11", timedelta()) == "2026-11-23 11:11"
    assert after(shipped, "2026-11-23 18:00", timedelta()) == "2026-11-24 09:00"
    assert after(shipped, "2026-11-26 11:11", timedelta()) == "2026-11-27 09:00"


def test_time_runs_only_in_hours_that_both_countries_work(shipped: Office) -> None:
    moments = ["2026-11-23 11:00", "2026-11-23 19:00", "2026-11-16 11:00", "2026-11-26 11:00"]
    at = [datetime.fromisoformat(moment).replace(tzinfo=shipped.time_zone) for moment in moments]

    assert [shipped.counts(moment) for moment in at] == [True, False, False, False]
    assert [shipped.is_open(moment) for moment in at] == [True, False, False, True]


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        office().after(datetime(2026, 11, 23, 15, 0), HALF_AN_HOUR)


# --- the clocks change --------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [3, 7, 11, 12])
def test_mexico_city_opens_at_the_same_utc_hour_all_year(shipped: Office, month: int) -> None:
    evening = datetime(2027, month, 9, 3, 0, tzinfo=UTC)  # of the 8th in Mexico City

    assert shipped.after(evening, TWO_HOURS) == datetime(2027, month, 9, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        ((2026, 3, 7, 1, 30), (2026, 3, 9, 17, 30)),  # summer time begins on the 8th: nine is 16:00 UTC
        ((2026, 10, 31, 0, 30), (2026, 11, 2, 18, 30)),  # and ends on November 1st: 17:00 UTC
    ],
)
def test_los_angeles_opens_at_nine_of_its_own_clock(friday: tuple[int, ...], monday: tuple[int, ...]) -> None:
    here = office(time_zone="America/Los_Angeles", hours={"mon-fri": "09:00-18:00"})
    start, due = (datetime(*parts, tzinfo=UTC) for parts in (friday, monday))  # type: ignore[misc,arg-type]

    assert here.after(start, TWO_HOURS) == due  # half an hour of it before closing


def test_the_night_without_an_hour_counts_the_minutes_that_there_were() -> None:
    here = office(time_zone="America/Los_Angeles", hours={"sat": "22:00-06:00"})
    evening = datetime(2026, 3, 7, 22, 0, tzinfo=LOS_ANGELES)  # seven hours until six

    assert after(here, "2026-03-07 22:00", timedelta(hours=7)) == "2026-03-08 06:00"
    assert here.after(evening, timedelta(hours=7, minutes=1)) == datetime(
        2026, 3, 14, 22, 1, tzinfo=LOS_ANGELES
    )


def test_the_night_with_an_hour_twice_counts_both() -> None:
    here = office(time_zone="America/Los_Angeles", hours={"sat": "22:00-06:00"})

    assert after(here, "2026-10-31 22:00", timedelta(hours=9)) == "2026-11-01 06:00"


def test_a_consultants_hours_in_los_angeles_follow_its_clock() -> None:
    dana = {"name": "Dana", "telegram": 1, "hours": {"mon-fri": "07:00-15:00"}}
    here = office(time_zone="America/Los_Angeles", consultants=[dana])

    def on_duty(*parts: int) -> bool:
        return here.consultants[0].on_duty(datetime(*parts, tzinfo=UTC), here)  # type: ignore[misc,arg-type]

    assert [on_duty(2026, 3, 6, 14, 30), on_duty(2026, 3, 6, 15, 0)] == [
        False,
        True,
    ]  # winter: seven is 15:00
    assert [on_duty(2026, 3, 9, 14, 0), on_duty(2026, 3, 9, 22, 0)] == [True, False]  # summer: seven is 14:00


def test_a_case_that_counts_in_mexico_is_due_at_the_same_moment_in_both_cities(shipped: Office) -> None:
    due = shipped.after(datetime(2026, 7, 6, 14, 0, tzinfo=UTC), TWO_HOURS)

    assert due is not None
    assert [due.astimezone(zone).hour for zone in (shipped.time_zone, shipped.hospital.time_zone)] == [11, 10]
