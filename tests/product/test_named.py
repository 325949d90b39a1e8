"""The answer and the card tell of what was asked: oncology for children, not the hospital at large."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import OFFICE, Product, with_stub_rasa
from tests.product.people import consultant, patient
from tests.stub_rasa import SPECIAL

CARE = "care: [{adults: [cardiology], children: [oncology], source: a test}]\n"
OUTCOMES = {name: f"answer.ask_specialties.{name}" for name in ("offered", "unconfirmed")}


def asks_for(specialty: str) -> list[dict[str, Any]]:
    return [{"effect": "name_specialty", "say": OUTCOMES, "specialty": specialty}]


@pytest.fixture
async def caring(box: Sandbox, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    """An office whose hospital has cardiology, and oncology for children."""
    office = tmp_path / "office.yml"
    office.write_text(OFFICE.read_text() + CARE)
    async with with_stub_rasa(box, database_url, office_file=office) as product:
        yield product


async def test_yes_is_said_only_of_what_the_office_file_says(
    caring: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    caring.rasa.label_of = lambda text: "ask_specialties"
    luz = patient(caring.box, "telegram")
    monkeypatch.setitem(SPECIAL, "ask_specialties", asks_for("oncology+child"))
    await luz.say("¿Tienen oncólogo para niños?")
    answer = await luz.hears("oncología pediátrica")
    assert "Sí" in answer.text
    assert answer.options
    monkeypatch.setitem(SPECIAL, "ask_specialties", asks_for("dermatology"))
    await luz.say("do you have a dermatologist at the hospital?")
    assert "a consultant will confirm" in (await luz.hears("dermatology")).text


async def test_what_is_there_and_what_is_not_known_are_told_apart(
    caring: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    caring.rasa.label_of = lambda text: "ask_specialties"
    monkeypatch.setitem(SPECIAL, "ask_specialties", asks_for("cardiology,infectious_diseases,dermatology"))
    luz = patient(caring.box, "telegram")
    await luz.say("¿tienen cardiólogo, infectólogo y dermatólogo?")
    text = (await luz.hears("cardiología")).text
    assert "tiene cardiología." in text
    assert "haya infectología y dermatología" in text


async def test_the_card_shows_what_is_known_in_the_consultants_language(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    day = {"effect": "keep_day", "say": {}, "day": "2099-03-10T16:00-06:00"}
    monkeypatch.setitem(SPECIAL, "talk_to_human", [day, *SPECIAL["talk_to_human"]])
    luz = patient(product.box, "telegram")
    await luz.say("I need a person: an oncologist for my son, a kid, in Puebla with AXA, maybe Dr. Ortuño")
    card = (await consultant(product.box, "telegram").hears("Caso")).text
    for line in (
        "Especialidad: oncología pediátrica",
        "Para: hijo, niños",
        "Lugar que menciona: Puebla",
        "Seguro: AXA",
        "Médico que menciona: Ortuño",
        "10 de marzo a las 16:00",
    ):
        assert line in card
    assert "Luz" not in card


async def test_a_card_says_nothing_of_what_nobody_named(product: Product) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = patient(product.box, "telegram")
    await luz.say("quiero hablar con una persona")
    card = (await consultant(product.box, "telegram").hears("Caso")).text
    assert "Especialidad" not in card
    assert not card.endswith("\n")


async def test_repeat_names_the_specialty_in_the_language_of_now(
    caring: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    caring.rasa.label_of = lambda text: "repeat" if "repeat" in text else "ask_specialties"
    monkeypatch.setitem(SPECIAL, "ask_specialties", asks_for("oncology+child"))
    luz = patient(caring.box, "telegram")
    await luz.say("¿Tienen oncólogo para niños?")
    await luz.hears("oncología pediátrica")
    await luz.say("could you please repeat that in English?")
    await luz.hears("pediatric oncology")
