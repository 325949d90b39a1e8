"""What a story says of the place and the age is not asked again; what may be something else is."""

from types import SimpleNamespace
from typing import Any

import pytest

from actions.answering import first_answers, of_another_step, told_in_passing
from tests.stub_form import entities


def told(text: str, *answered: str) -> dict[str, Any]:
    turn: Any = SimpleNamespace(text=text, named=entities().find(text), draft={"answered": answered})
    found = told_in_passing("referral", turn)
    return {step: answer["value"] for step, answer in found.items()}


@pytest.mark.parametrize(
    ("story", "found"),
    [
        ("es para mi mamá, 58 años, estamos en Morelia", {"city": "morelia", "age": "adult"}),
        ("It is for my dad. He is 71 years old. We live in Puebla", {"city": "puebla", "age": "senior"}),
        ("Vivimos en Oaxaca y le encontraron algo en el hígado", {"city": "oaxaca"}),
        ("Mi hijo, 4 años, tiene un soplo", {"age": "child"}),
        ("Le duele desde mayo", {}),
        ("Tiene 5 años con dolor y a los 40 la operaron", {}),  # neither is her age
        ("Vivimos en Oaxaca pero la atienden en Puebla", {}),  # one of the two
        ("La operaron en Monterrey", {}),  # not where she lives
        ("Estoy muy preocupada, la operaron en Monterrey", {}),
        ("Somos de Mérida y ella está muy mal", {"city": "merida"}),
        ("Estamos esperando que la vean en Los Ángeles", {}),  # where she wants to go
    ],
)
def test_only_what_is_plain_is_taken_from_a_story(story: str, found: dict[str, str]) -> None:
    assert told(story) == found


def test_what_was_answered_before_stays() -> None:
    assert told("estamos en Morelia, 58 años", "city") == {"age": "adult"}


@pytest.mark.parametrize(
    ("first", "age"),
    [
        ("mi papá tiene 71 y quisiera que lo viera un cardiólogo", "senior"),
        ("my mom is 71 and needs a cardiologist", "senior"),
        ("mi hija de 7 años necesita un neurólogo", "child"),
        ("mi bebé de 8 meses necesita un cardiólogo", "child"),
        ("mi esposo, 58 años, necesita un cardiólogo", "adult"),
        ("tiene 67 años de edad", "senior"),
        ("mi mamá tiene 5 años con dolor de rodilla", None),  # so long it has hurt
        ("quiero una segunda opinión por un dolor de 5 años", None),
        ("lleva 3 meses enferma", None),
        ("tiene 38.5 de fiebre", None),
    ],
)
def test_an_age_in_the_first_message_is_how_old_somebody_is(first: str, age: str | None) -> None:
    turn: Any = SimpleNamespace(text=first, named=entities().find(first), draft={}, tapped=False)
    assert first_answers("referral", turn).get("age", {}).get("value") == age


@pytest.mark.parametrize("text", ["soy su hija", "I'm her daughter", "Im his son"])
def test_who_she_is_to_the_patient_tells_who_asks_and_no_more(text: str) -> None:
    draft = {"step": "specialty", "answered": ["relation"]}
    turn: Any = SimpleNamespace(text=text, named=entities().find(text), draft=draft, label="chitchat")
    assert of_another_step("referral", turn) == {"who": {"value": "relative"}}
