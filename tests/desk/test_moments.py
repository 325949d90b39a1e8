"""When a consultant wants to be reminded, in her words. It is Sunday, 22 November 2026, 15:00 in Mexico City."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.desk.moments import moment_in

ZONE = ZoneInfo("America/Mexico_City")
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=ZONE)
OPENING = time(9, 0)


def read(text: str, language: str = "es") -> tuple[str, str] | None:
    moment = moment_in(text, NOW, language, OPENING)
    return (f"{moment.at:%Y-%m-%d %H:%M}", moment.rest) if moment else None


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("mañana 9 llamar a la hija", "2026-11-23 09:00", "llamar a la hija"),
        ("mañana a las 9", "2026-11-23 09:00", ""),
        ("manana 9:30 mandar el presupuesto", "2026-11-23 09:30", "mandar el presupuesto"),
        ("mañana a las 4 llamar", "2026-11-23 16:00", "llamar"),
        ("mañana a las 4 de la mañana llamar", "2026-11-23 04:00", "llamar"),
        ("mañana por la mañana a las 8 llamar", "2026-11-23 08:00", "llamar"),
        ("mañana por la tarde llamar", "2026-11-23 16:00", "llamar"),
        ("mañana llamar", "2026-11-23 09:00", "llamar"),
        ("llamar a Luz mañana a las 9 y media", "2026-11-23 09:30", "llamar a Luz"),
        ("pasado mañana 10 revisar", "2026-11-24 10:00", "revisar"),
        ("hoy a las 18:00 revisar", "2026-11-22 18:00", "revisar"),
        ("hoy a las 6 revisar", "2026-11-22 18:00", "revisar"),
        ("hoy 8 revisar", "2026-11-22 20:00", "revisar"),
        ("esta noche revisar", "2026-11-22 20:00", "revisar"),
        ("en 2 horas llamar", "2026-11-22 17:00", "llamar"),
        ("en una hora y media llamar", "2026-11-22 16:30", "llamar"),
        ("en media hora", "2026-11-22 15:30", ""),
        ("dentro de 20 minutos llamar", "2026-11-22 15:20", "llamar"),
        ("en dos días a las 11 llamar", "2026-11-24 11:00", "llamar"),
        ("en 1 semana llamar", "2026-11-29 09:00", "llamar"),
        ("el lunes a las 10 pedir estudios", "2026-11-23 10:00", "pedir estudios"),
        ("el miércoles pedir estudios", "2026-11-25 09:00", "pedir estudios"),
        ("el domingo a las 10", "2026-11-29 10:00", ""),
        ("el lunes que viene a las 12 llamar", "2026-11-23 12:00", "llamar"),
        ("el 24 de noviembre a las 13:00 llamar", "2026-11-24 13:00", "llamar"),
        ("el 3 de febrero llamar", "2027-02-03 09:00", "llamar"),
        ("el 29 a las 10 llamar", "2026-11-29 10:00", "llamar"),
        ("el 2 a las 10 llamar", "2026-12-02 10:00", "llamar"),
        ("5/12 10:00 llamar", "2026-12-05 10:00", "llamar"),
        ("a las 4 llamar", "2026-11-22 16:00", "llamar"),
        ("a las 10 llamar", "2026-11-23 10:00", "llamar"),
        ("al mediodía llamar", "2026-11-23 12:00", "llamar"),
        ("mañana 9 preguntar por la cita del lunes", "2026-11-23 09:00", "preguntar por la cita del lunes"),
        ("preguntar por la cita del lunes pasado mañana a las 8", "2026-11-24 08:00", "preguntar por la cita del lunes"),
        ("mañana #104 llamar", "2026-11-23 09:00", "#104 llamar"),
    ],
)  # fmt: skip
def test_moments_in_spanish(text: str, at: str, rest: str) -> None:
    assert read(text) == (at, rest)


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("tomorrow 9 call the daughter", "2026-11-23 09:00", "call the daughter"),
        ("tomorrow at 9am call", "2026-11-23 09:00", "call"),
        ("next Tue 4pm send the quote", "2026-11-24 16:00", "send the quote"),
        ("Tue 4 pm send", "2026-11-24 16:00", "send"),
        ("on Friday at 10:30 send", "2026-11-27 10:30", "send"),
        ("at 4pm on Tuesday send", "2026-11-24 16:00", "send"),
        ("in 2 hours call", "2026-11-22 17:00", "call"),
        ("in an hour call", "2026-11-22 16:00", "call"),
        ("in half an hour", "2026-11-22 15:30", ""),
        ("in 45 min call", "2026-11-22 15:45", "call"),
        ("in 3 days call", "2026-11-25 09:00", "call"),
        ("in a month call", "2026-12-22 09:00", "call"),
        ("Nov 24 at 9 call", "2026-11-24 09:00", "call"),
        ("12/5 10:00 call", "2026-12-05 10:00", "call"),
        ("2026-12-05 10:00 call", "2026-12-05 10:00", "call"),
        ("tonight call", "2026-11-22 20:00", "call"),
        ("the day after tomorrow at noon call", "2026-11-24 12:00", "call"),
        ("call the daughter tomorrow afternoon", "2026-11-23 16:00", "call the daughter"),
        ("call at 5", "2026-11-22 17:00", "call"),
    ],
)
def test_moments_in_english(text: str, at: str, rest: str) -> None:
    assert read(text, "en") == (at, rest)


@pytest.mark.parametrize(
    "text",
    [
        "llamar a la hija",
        "cada lunes llamar",
        "los lunes a llamar",
        "el 31 de febrero llamar",
        "pedir 2 estudios",
        "ya",
        "#104 llamar",
        "104",
        "",
        "call every Monday",
        "por la mañana",
        "what is your date of birth",
    ],
)
def test_what_names_no_moment(text: str) -> None:
    assert read(text) is None


def test_what_is_over_is_told_as_such() -> None:
    assert read("hoy a las 14:00 llamar") == ("2026-11-22 14:00", "llamar")
    assert read("2026-11-20 llamar") == ("2026-11-20 09:00", "llamar")
