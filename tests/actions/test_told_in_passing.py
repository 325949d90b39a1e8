"""What a story says of the place and the age is not asked again; what may be something else is."""

from types import SimpleNamespace
from typing import Any

import pytest

from actions.answering import told_in_passing
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
