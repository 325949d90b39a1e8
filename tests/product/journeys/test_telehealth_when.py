"""When a visit would suit, in people's words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.appointments.when import When, says_when, when_in
from engine.times import times

NOW = datetime(2026, 12, 7, 10, tzinfo=ZoneInfo("America/Mexico_City"))  # a Monday
NOON, NIGHT = 12 * 60, 24 * 60


def read(text: str, language: str = "es") -> When:
    return when_in(text, [one.value for one in times(text, NOW, language)], NOW.date())


@pytest.mark.parametrize(
    ("text", "language", "day", "since", "until"),
    [
        ("el martes que viene en la tarde", "es", date(2026, 12, 8), NOON, 19 * 60),
        ("next Tue after 4", "en", date(2026, 12, 8), 16 * 60, NIGHT),
        ("el jueves antes de las 11", "es", date(2026, 12, 10), 0, 11 * 60),
        ("Thursday before 11am", "en", date(2026, 12, 10), 0, 11 * 60),
        ("mañana por la mañana", "es", date(2026, 12, 8), 0, NOON),
        ("mañana temprano", "es", date(2026, 12, 8), 0, NOON),
        ("tomorrow evening", "en", date(2026, 12, 8), 18 * 60, NIGHT),
        ("el viernes a partir de las 3", "es", date(2026, 12, 11), 15 * 60, NIGHT),
        ("el miércoles después de comer", "es", date(2026, 12, 9), NOON, NIGHT),
    ],
)
def test_a_day_and_a_part_of_it(text: str, language: str, day: date, since: int, until: int) -> None:
    when = read(text, language)
    assert (when.days, when.since, when.until) == ((day,), since, until)


def test_an_hour_means_about_that_hour() -> None:
    when = read("el martes a las 4")
    assert (when.since, when.until, when.near) == (15 * 60, 18 * 60, 16 * 60)


@pytest.mark.parametrize("text", ["después de las 4", "after 4pm", "solo después de las 16:00"])
def test_hours_without_a_day(text: str) -> None:
    when = read(text)
    assert not when.says_a_day
    assert (when.since, when.until) == (16 * 60, NIGHT)


@pytest.mark.parametrize("text", ["la semana que entra", "next week please", "la próxima semana"])
def test_next_week(text: str) -> None:
    when = read(text)
    assert (when.first, when.last) == (date(2026, 12, 14), date(2026, 12, 20))


@pytest.mark.parametrize("text", ["los martes", "tuesdays are best"])
def test_a_weekday_of_any_week(text: str) -> None:
    assert read(text).weekdays == (1,)


def test_after_a_day() -> None:
    when = read("después del jueves")
    assert (when.days, when.first) == ((), date(2026, 12, 11))


@pytest.mark.parametrize(
    "text", ["buenas tardes", "gracias, buenas noches", "más tarde le digo", "good evening"]
)
def test_what_names_no_time(text: str) -> None:
    assert not says_when(text, [])


def test_it_is_stored_and_read_back() -> None:
    when = read("el martes en la tarde o los jueves")
    assert When.from_json(when.to_json()) == when
