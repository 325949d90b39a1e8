"""Whom a case suits: language, lane, specialty; and the head of office for what clinicians write."""

import uuid
from typing import Any

import pytest

from bot.desk.roster import Colleague
from bot.desk.routing import suited
from bot.office import Invited
from bot.office.routing import lane_of
from bot.store.tables import Case


def person(name: str, **known: Any) -> Colleague:
    return Colleague(uuid.uuid4(), Invited.model_validate({"name": name, **known}), ())


def names(case: Case, *people: Colleague) -> list[str]:
    return [one.name for one in suited(case, people)]


def case(language: str = "es", topic: str = "talk_to_human", specialty: str = "") -> Case:
    return Case(language=language, topic=topic, specialty=specialty)


ES, EN, BOTH = person("Eva"), person("Ed", languages=["en"]), person("Bea", languages=["es", "en"])
HEART = person("Hugo", specialties=["cardiology"])
DOCTORS = person("Dora", lanes=["clinicians"], languages=["en"])
HEAD = person("Hilda", head=True, languages=["en"])


def test_language_comes_before_everything_for_patients() -> None:
    assert names(case("en"), ES, EN, BOTH) == ["Ed", "Bea"]
    assert names(case("en", specialty="cardiology"), HEART, EN) == ["Ed"]


def test_a_specialty_is_asked_among_those_who_speak_the_language() -> None:
    oncology = person("Olga", specialties=["oncology"])
    assert names(case(specialty="oncology"), HEART, oncology) == ["Olga"]
    assert names(case(specialty="neurology"), HEART, oncology) == ["Hugo", "Olga"]
    assert names(case(specialty="cardiology"), ES, HEART) == ["Eva", "Hugo"]  # any knows it too


def test_patients_go_to_their_lane_unless_nobody_is_in_it() -> None:
    only_doctors = person("Dani", lanes=["clinicians"])
    assert names(case(), only_doctors, ES) == ["Eva"]
    assert names(case(), only_doctors) == ["Dani"]


def test_clinicians_go_to_their_lane_else_to_the_head_else_to_anybody() -> None:
    asked = case("es", topic="collaborate")
    assert names(asked, ES, DOCTORS, HEAD) == ["Dora"]
    assert names(asked, ES, HEAD) == ["Hilda"]
    assert names(asked, ES, BOTH) == ["Eva", "Bea"]


@pytest.mark.parametrize("topic", ["collaborate", "ask_research", "ask_careers"])
def test_what_clinicians_write_about_is_in_their_lane(topic: str) -> None:
    assert lane_of(topic) == "clinicians"
    assert lane_of("ask_clinical_trials") == "patients"
