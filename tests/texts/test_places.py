"""An option picked by its place, in words."""

import pytest

from bot.texts import TextBook


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("la segunda", 2),
        ("The second one", 2),
        ("the second one, please", 2),
        ("quiero la tercera por favor", 3),
        ("La 2", 2),
        ("opción 3", 3),
        ("number two", 2),
        ("el primero", 1),
        ("me quedo con la primera, gracias", 1),
        ("dos", 0),  # an age, perhaps
        ("el 2", 0),  # a day
        ("la una", 0),  # an hour
        ("segunda opinión", 0),
        ("primero quiero saber cuánto cuesta", 0),
        ("la primera o la segunda", 0),
        ("", 0),
    ],
)
def test_a_place_is_named_by_a_message_that_says_nothing_else(book: TextBook, text: str, place: int) -> None:
    assert book.place(text) == place
