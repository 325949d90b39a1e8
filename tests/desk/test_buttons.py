"""Buttons of the desk: titles cut between words, and what a typed number picks."""

import pytest

from bot.desk.desk import shortened
from bot.dialogue.choices import typed_token


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("#104 Luz", "#104 Luz"),
        ("#104 Hablar con alguien", "#104 Hablar con…"),
        ("#104 María Fernanda de la Cruz", "#104 María Fernanda…"),
        ("#104 Otorrinolaringología", "#104 Otorrinolaring…"),
        ("nota llamar\na la hija", "nota llamar a la…"),
    ],
)
def test_a_title_is_cut_between_words_and_marked(title: str, shown: str) -> None:
    assert shortened(title) == shown
    assert len(shown) <= 20


@pytest.mark.parametrize(
    ("typed", "token"),
    [("2", "two"), ("#2", "two"), ("3", "three"), ("1", ""), ("4", ""), ("#2 rosa", "two"), ("rosa", "")],
)
def test_among_cases_a_number_is_a_cases(typed: str, token: str) -> None:
    said = {"options": [{"token": "two", "title": "#2 Rosa"}, {"token": "three", "title": "#3 Eva"}]}
    assert typed_token(typed, said) == token


def test_what_is_no_case_is_still_picked_by_its_place() -> None:
    said = {"options": [{"token": "case", "title": "#7 Rosa"}, {"token": "more", "title": "Más"}]}
    assert typed_token("2", said) == "more"
    assert typed_token("1", said) == ""
    assert typed_token("7", said) == "case"
