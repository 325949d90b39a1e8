"""Moments and opening hours as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.office import parse_hours
from bot.texts import TextBook

MEXICO = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=MEXICO)  # a Monday


@pytest.mark.parametrize(
    ("at", "spanish", "english"),
    [
        ("2026-11-23 09:00", "hoy a las 9:00", "today at 9:00 am"),
        ("2026-11-24 09:00", "mañana martes a las 9:00", "tomorrow, Tuesday, at 9:00 am"),
        ("2026-11-26 13:05", "el jueves a las 13:05", "on Thursday at 1:05 pm"),
        ("2026-11-29 01:00", "el domingo a la 1:00", "on Sunday at 1:00 am"),
        ("2026-11-30 12:00", "el lunes 30 de noviembre a las 12:00", "on Monday, November 30, at 12:00 pm"),
        ("2027-01-04 00:30", "el lunes 4 de enero a las 0:30", "on Monday, January 4, at 12:30 am"),
        ("2026-11-22 18:00", "ayer a las 18:00", "yesterday at 6:00 pm"),
        ("2026-11-20 18:00", "el viernes 20 de noviembre a las 18:00", "on Friday, November 20, at 6:00 pm"),
    ],
)
def test_a_moment_is_said_as_seen_from_now(book: TextBook, at: str, spanish: str, english: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=MEXICO)

    assert book.say_time(moment, NOW, "es", MEXICO) == spanish
    assert book.say_time(moment, NOW, "en", MEXICO) == english


def test_a_moment_is_said_on_the_clock_of_the_zone_given(book: TextBook) -> None:
    moment = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)  # still Monday night in Los Angeles

    assert book.say_time(moment, NOW, "es", MEXICO) == "hoy a las 23:30"
    assert book.say_time(moment, NOW, "en", ZoneInfo("America/Los_Angeles")) == "today at 9:30 pm"


@pytest.mark.parametrize(
    ("hours", "spanish", "english"),
    [
        (
            {"mon-fri": "09:00-18:00"},
            "lunes a viernes de 9:00 a 18:00",
            "Monday to Friday from 9:00 am to 6:00 pm",
        ),
        (
            {"mon-thu": ["09:00-13:00", "14:00-18:00"], "sat": "10:00-14:00"},
            "lunes a jueves de 9:00 a 13:00 y de 14:00 a 18:00; sábado de 10:00 a 14:00",
            "Monday to Thursday from 9:00 am to 1:00 pm and from 2:00 pm to 6:00 pm; "
            "Saturday from 10:00 am to 2:00 pm",
        ),
        ({"mon-sun": "00:00-24:00"}, "lunes a domingo las 24 horas", "Monday to Sunday 24 hours a day"),
        ({"fri": "22:00-06:00"}, "viernes de 22:00 a 6:00", "Friday from 10:00 pm to 6:00 am"),
        ({"mon": "18:00-24:00"}, "lunes de 18:00 a 24:00", "Monday from 6:00 pm to 12:00 am"),
    ],
)
def test_opening_hours_are_said_in_runs_of_days(
    book: TextBook, hours: dict[str, object], spanish: str, english: str
) -> None:
    week = parse_hours(hours)

    assert book.say_hours(week, "es") == spanish
    assert book.say_hours(week, "en") == english
