"""Telephone numbers as people write them."""

import pytest

from bot.desk.phones import phone_in, read_out


@pytest.mark.parametrize(
    ("text", "home", "number"),
    [
        ("llámenme al 55 1234 5678 mañana a las 5", "", "+525512345678"),
        ("5512345678", "+525500000123", "+525512345678"),
        ("55-1234-5678", "", "+525512345678"),
        ("(555) 123 4567", "", "+525551234567"),
        ("+52 1 55 1234 5678", "", "+525512345678"),
        ("0445512345678", "", "+525512345678"),
        ("call me at (310) 555-0123", "+13105550100", "+13105550123"),
        ("1 310 555 0123", "", "+13105550123"),
        ("+1 (310) 555-0123", "", "+13105550123"),
        ("0034 612 345 678", "", "+34612345678"),
        ("no al 55 1234 5678, mejor al 55 8765 4321", "", "+525587654321"),
    ],
)
def test_a_number_is_read_in_e164(text: str, home: str, number: str) -> None:
    found = phone_in(text, home)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "text", ["", "mañana a las 5", "caso 104", "son 125,000.00", "el 12/05/2026", "1234567"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert phone_in(text) is None


def test_what_is_around_it_is_kept() -> None:
    found = phone_in("no, es el 55 1234 5678, gracias")
    assert found is not None
    assert found.rest == "no, es el , gracias"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+525512345678", "+52 55 1234 5678"),
        ("+527771234567", "+52 777 123 4567"),
        ("+13105550123", "+1 310 555 0123"),
    ],
)
def test_a_number_is_read_out_in_groups(number: str, said: str) -> None:
    assert read_out(number) == said
