"""What "pausa …" and "pause …" mean, and what of it is for a patient after all."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.desk.orders.absence import until_when
from bot.office import Invited
from tests.office.offices import office

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 23, 11, 20, tzinfo=ZONE)  # a Monday
OFFICE = office(hours={"mon-fri": "09:00-18:00"})


def ends(words: str, language: str = "es", **known: Any) -> str:
    person = Invited.model_validate({"name": "Eva", "languages": [language], **known})
    found = until_when(words, NOW, person, OFFICE)
    return f"{found.astimezone(ZONE):%a %H:%M}" if found else ""


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("2h", "Mon 13:20"),
        ("2 horas", "Mon 13:20"),
        ("de 2 horas", "Mon 13:20"),
        ("por 45 minutos", "Mon 12:05"),
        ("media hora", "Mon 11:50"),
        ("una hora", "Mon 12:20"),
        ("hasta las 15:00", "Mon 15:00"),
        ("hasta las 3", "Mon 15:00"),
        ("hasta las 4 de la tarde", "Mon 16:00"),
        ("hasta el mediodía", "Mon 12:00"),
        ("hasta mañana", "Tue 09:00"),
        ("Hasta mañana a las 10.", "Tue 10:00"),
        ("hasta el jueves", "Thu 09:00"),
        ("hoy", "Tue 09:00"),
        ("por hoy", "Tue 09:00"),
        ("for 90 minutes", "Mon 12:50"),
        ("2 hours", "Mon 13:20"),
        ("half an hour", "Mon 11:50"),
        ("until 3pm", "Mon 15:00"),
        ("until 15:00", "Mon 15:00"),
        ("until noon", "Mon 12:00"),
        ("until tomorrow", "Tue 09:00"),
        ("until Friday", "Fri 09:00"),
        ("today", "Tue 09:00"),
    ],
)
def test_a_pause_ends_when_she_says(words: str, end: str) -> None:
    assert ends(words) == end


def test_the_next_day_begins_with_her_own_hours() -> None:
    assert ends("hasta mañana", hours={"mon-fri": "14:00-22:00"}) == "Tue 14:00"
    assert ends("hasta mañana", hours={"mon-sun": "00:00-24:00"}) == "Tue 08:00"


@pytest.mark.parametrize(
    "words",
    [
        "el tratamiento",
        "el tratamiento 2 días y me avisa",
        "la medicina hasta mañana",
        "2 horas el suero, por favor",
        "hasta que hable con su médico",
        "the treatment until Friday",
        "for two days and drink water",
        "until you have talked to the doctor",
        "15",
        "hasta las 27:00",
    ],
)
def test_words_for_a_patient_are_no_pause(words: str) -> None:
    assert ends(words) == ""
