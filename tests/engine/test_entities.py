"""Who and what a message names, and when: as the running engine finds it."""

import statistics
import time
from datetime import date, timedelta
from typing import Any

import pytest

from tests.engine.conftest import Engine

NOW = {"now": "2026-11-23T11:00:00-06:00", "time_zone": "America/Mexico_City"}  # a Monday


def named(engine: Engine, text: str) -> list[tuple[str, str]]:
    return [(one["entity"], one["value"]) for one in engine.parse(text)["entities"]]


def of_kind(engine: Engine, text: str, kind: str) -> list[str]:
    return [value for entity, value in named(engine, text) if entity == kind]


def told(engine: Engine, text: str, sender: str, **metadata: Any) -> list[dict[str, Any]]:
    """The entities of a message that came with the bot's metadata."""
    engine.post(sender, text, message_id=sender, **metadata)
    events = engine.get(f"/conversations/{sender}/tracker")["events"]
    found: list[dict[str, Any]] = [e for e in events if e["event"] == "user"][-1]["parse_data"]["entities"]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿Tienen oncólogo para niños?", [("specialty", "oncology"), ("age_group", "child")]),
        (
            "necesito un doctor del corazón para mi papá",
            [("specialty", "cardiology"), ("relative", "father")],
        ),
        ("do you have a bone doctor?", [("specialty", "orthopedics")]),
        ("le encontraron cancer de mama a mi tía", [("specialty", "oncology"), ("relative", "aunt")]),
        ("un nefrologo pa los riñones de mi apá", [("specialty", "nephrology"), ("specialty", "nephrology")]),
        ("vivo en Puebla y tengo GNP", [("city", "puebla"), ("insurer", "gnp")]),
        ("tengo el seguro social, soy de nuevo leon", [("insurer", "imss"), ("city", "nuevo_leon")]),
        ("cita con la Dra. Ana Ortuño por favor", [("doctor", "Ana Ortuño")]),
        ("is dr garcia there", [("doctor", "Garcia")]),
        ("¿Tienen pediatra?", [("specialty", "pediatrics"), ("age_group", "child")]),
    ],
)
def test_what_is_named_is_found(engine: Engine, text: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(named(engine, text)) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "hola",
        "gracias de todo corazón",
        "el doctor me dijo que no",
        "EL DOCTOR ME DIJO QUE NO",
        "Doctor Please help",
        "soy la Dra. Marta Ruiz",
        "ya",
        "may I ask something",
        "por la mañana",
        "atienden los martes?",
        "de lunes a viernes",
        "me duele 7/10",
        "tengo 45 años",
        "por su bienestar",
        "/ask_specialties",
        "",
    ],
)
def test_nothing_is_found_where_nothing_is_named(engine: Engine, text: str) -> None:
    assert named(engine, text) == []


def test_an_entity_stands_where_its_words_stand(engine: Engine) -> None:
    text = "Hola 👋, ¿hay un CARDIÓLOGO en Mérida?"
    found = {one["entity"]: text[one["start"] : one["end"]] for one in engine.parse(text)["entities"]}
    assert found == {"specialty": "CARDIÓLOGO", "city": "Mérida"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("quiero cita el martes a las 4", "2026-11-24T16:00-06:00"),
        ("can I come tomorrow at 3pm", "2026-11-24T15:00-06:00"),
        ("next Tue after 4 please", "2026-11-24T16:00-06:00"),
        ("el 15 de marzo", "2027-03-15"),
        ("March 15th works", "2027-03-15"),
        ("pasado mañana por la mañana", "2026-11-25"),
        ("mañana", "2026-11-24"),
        ("el viernes a mediodía", "2026-11-27T12:00-06:00"),
        ("el 2027-01-05", "2027-01-05"),
    ],
)
def test_a_day_is_told_as_the_office_counts_from_the_message_on(
    engine: Engine, text: str, value: str
) -> None:
    found = told(engine, text, f"day-{value}-{len(text)}", **NOW)
    assert [one["value"] for one in found if one["entity"] == "time"] == [value]


def test_a_numeric_date_is_read_in_the_language_of_the_message(engine: Engine) -> None:
    for language, value in (("es", "2027-04-03"), ("en", "2027-03-04")):
        found = told(engine, "03/04/2027", f"numeric-{language}", **NOW, language=language)
        assert [one["value"] for one in found] == [value]


def test_without_the_bots_word_days_count_from_now(engine: Engine) -> None:
    (value,) = of_kind(engine, "pasado mañana", "time")
    assert abs(date.fromisoformat(value) - date.today()) <= timedelta(days=3)


def test_rules_do_not_depend_on_what_is_named(engine: Engine) -> None:
    plain = engine.ask("rule-1", "cuánto cuesta la consulta")
    naming = engine.ask("rule-2", "cuánto cuesta la consulta con el oncólogo")
    assert plain[0]["say"] == "answer.ask_cost"
    assert naming[0]["say"] == "answer.ask_cost.named"
    assert naming[0]["values"] == {"specialty": "oncology"}


def test_reading_a_message_stays_quick(engine: Engine) -> None:
    """Over HTTP, so the bound is wide; the reading itself is measured by `make bench`."""
    took = []
    for text in [
        "¿Tienen oncólogo para niños en Puebla?",
        "quiero cita el martes a las 4 con la Dra. Ortuño",
    ] * 20:
        start = time.perf_counter()
        engine.parse(text)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) < 0.05
