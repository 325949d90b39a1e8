"""Where a message is divided, and what counts as a second question."""

import pytest

from engine.requests import Part, also_wanted, parts


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("Hola, buenas tardes. ¿A qué hora abren y dónde están?", ["¿A qué hora abren", "dónde están?"]),
        ("do you take GNP and how much is a consult?", ["do you take GNP", "how much is a consult?"]),
        ("mi papá tiene cáncer y mi mamá no ve bien", []),
        ("precio de la consulta y donde estan", ["precio de la consulta", "donde estan"]),
        ("and also how much is it?", ["how much is it?"]),
        ("no orina desde ayer, y ¿dónde están?", ["¿dónde están?"]),
        (
            "me urge saber si aceptan GNP, and also how much is it",
            ["me urge saber si aceptan GNP", "how much is it"],
        ),
        ("", []),
    ],
)
def test_questions_are_found_with_and_without_signs(text: str, stretches: list[str]) -> None:
    assert [text[part.start : part.end] for part in parts(text) if part.asks] == stretches


def test_only_sure_questions_are_answered_besides() -> None:
    asks, tells = Part(0, 1, asks=True), Part(0, 1, asks=False)
    ranked = [
        (asks, "ask_cost", 0.99),
        (asks, "ask_hours", 0.5),
        (tells, "ask_location", 0.99),
        (asks, "request_referral", 0.99),
        (asks, "ask_doctor", 0.99),
    ]
    assert also_wanted("ask_cost", ranked) == ["ask_doctor"]


def test_what_only_joins_is_no_part() -> None:
    assert len(parts("and also how much is it?")) == 1
