"""A key, a language and values become a text; facts are said only where they may be."""

from pathlib import Path
from typing import Any

import pytest

from bot.office import Office
from bot.texts import TextBook, TextError
from tests.office import offices
from tests.texts.books import folder_with


@pytest.fixture
def small(tmp_path: Path) -> TextBook:
    entries: dict[str, Any] = {
        "plain": {"es": "Hola, {who}.", "en": "Hello, {who}.", "buttons": ["help", "talk_to_human"]},
        "price": {
            "es": "Cuesta {fact.price}.",
            "en": "It costs {fact.price}.",
            "without_facts": {"es": "Lo confirma un consultor.", "en": "A consultant will confirm it."},
        },
        "opening": {
            "es": "Abre {opening}.",
            "en": "Opens {opening}.",
            "relies_on": ["hours"],
            "without_facts": {"es": "Está cerrado.", "en": "It is closed."},
        },
        "number": {"es": "Llame al {number.emergency}.", "en": "Call {number.emergency}."},
        "names": {"es": "{office.name}: {office.hospital}", "en": "{office.name}: {office.hospital}"},
        "hours": {
            "es": "Abre {fact.hours}.",
            "en": "Open {fact.hours}.",
            "without_facts": {"es": "Pregunte.", "en": "Ask."},
        },
    }
    return TextBook.load(folder_with(tmp_path, "notices.yml", entries))


def office_with(**facts: dict[str, Any]) -> Office:
    return offices.office(facts={"hours": {"source": "this office"}} | facts)


def said(
    book: TextBook, key: str, office: Office, *, language: str = "es", real: bool = True, **values: str
) -> str:
    return book.render(key, language, values, office, real).text


def test_text_is_rendered_in_the_language_asked_for(small: TextBook, office: Office) -> None:
    assert said(small, "plain", office, who="Luz") == "Hola, Luz."
    assert said(small, "plain", office, language="en", who="Luz") == "Hello, Luz."


def test_options_are_the_names_of_the_buttons(small: TextBook, office: Office) -> None:
    assert small.render("plain", "es", {"who": "Luz"}, office, True).options == ("help", "talk_to_human")


def test_a_value_is_never_expanded_again(small: TextBook, office: Office) -> None:
    assert said(small, "plain", office, who="{fact.price} {who} %s \\1") == "Hola, {fact.price} {who} %s \\1."


def test_values_too_many_are_no_error(small: TextBook, office: Office) -> None:
    assert said(small, "plain", office, who="Luz", other="x") == "Hola, Luz."


def test_a_missing_value_is_named(small: TextBook, office: Office) -> None:
    with pytest.raises(TextError, match="plain needs a value for who"):
        said(small, "plain", office)


@pytest.mark.parametrize(("key", "language"), [("nothing.here", "es"), ("plain", "fr")])
def test_an_unknown_key_or_language_is_named(
    small: TextBook, office: Office, key: str, language: str
) -> None:
    with pytest.raises(TextError, match=f"'{key}' in '{language}'"):
        said(small, key, office, language=language, who="Luz")


def test_a_sourced_fact_is_said_over_a_real_provider(small: TextBook) -> None:
    office = office_with(price={"es": "10 pesos", "en": "10 pesos", "source": "price list"})

    assert said(small, "price", office) == "Cuesta 10 pesos."


def test_a_demo_fact_is_said_only_in_the_sandbox(small: TextBook) -> None:
    office = office_with(price={"es": "10 pesos", "en": "10 pesos", "demo": True})

    assert said(small, "price", office, real=False) == "Cuesta 10 pesos."
    assert said(small, "price", office, real=True) == "Lo confirma un consultor."


def test_a_fact_that_the_office_has_not_is_left_out(small: TextBook) -> None:
    assert said(small, "price", office_with(), real=False) == "Lo confirma un consultor."


def test_a_value_that_rests_on_a_demo_fact_is_left_out_too(small: TextBook) -> None:
    demo = offices.office(facts={"hours": {"demo": True}})

    assert said(small, "opening", demo, real=True, opening="mañana") == "Está cerrado."
    assert said(small, "opening", demo, real=False, opening="mañana") == "Abre mañana."
    assert said(small, "opening", office_with(), real=True, opening="mañana") == "Abre mañana."


def test_opening_hours_are_said_from_the_hours_of_the_office(small: TextBook) -> None:
    assert said(small, "hours", office_with()) == "Abre lunes a viernes de 9:00 a 18:00."
    assert (
        said(small, "hours", office_with(), language="en") == "Open Monday to Friday from 9:00 am to 6:00 pm."
    )


def test_opening_hours_in_the_office_s_own_words_win(small: TextBook) -> None:
    office = office_with(hours={"es": "con cita", "en": "by appointment", "source": "this office"})

    assert said(small, "hours", office) == "Abre con cita."


def test_numbers_and_names_come_from_the_office(small: TextBook, office: Office) -> None:
    assert said(small, "number", office) == "Llame al 911."
    assert said(small, "names", office, language="en").endswith("office in Mexico City: Cedars-Sinai")


def test_an_office_without_a_number_that_a_text_needs_does_not_start(small: TextBook) -> None:
    office = offices.office(emergency_numbers={})

    with pytest.raises(TextError, match="number: the office file has no emergency number emergency"):
        small.check(office)


def test_a_fact_that_makes_a_text_too_long_does_not_start(small: TextBook) -> None:
    office = office_with(price={"es": "x" * 2000, "en": "x", "source": "price list"})

    with pytest.raises(TextError, match="price: es has 2008 characters"):
        small.check(office)


def test_title_of_a_button_is_in_the_language(book: TextBook) -> None:
    assert book.title("affirm", "es") == "Sí"
    assert book.title("affirm", "en") == "Yes"


def test_an_unknown_button_word_or_template_is_named(book: TextBook) -> None:
    for ask in (
        lambda: book.title("nothing", "es"),
        lambda: book.word("urgency", "nothing", "es"),
        lambda: book.template("nothing", "es"),
    ):
        with pytest.raises(TextError, match="nothing"):
            ask()
