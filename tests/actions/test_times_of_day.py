"""When the office may call, as people say it; a greeting says nothing of it."""

import pytest

from bot.journeys.steps import journeys


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("en las tardes", "afternoon"),
        ("por las mañanas, antes de las 12", "morning"),
        ("saliendo del trabajo", "evening"),
        ("after work", "evening"),
        ("buenas tardes", ""),
        ("buenas noches", ""),
    ],
)
def test_a_time_of_day_is_meant(words: str, meant: str) -> None:
    assert journeys().steps["time"].meant(words) == meant
