"""Which number in a patient's words is the number of a case."""

import pytest

from bot.conversation.status import number_in


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("¿cómo va mi caso 104?", 104),
        ("caso #104", 104),
        ("caso número 104 por favor", 104),
        ("tengo el folio 4471, como sigue", 4471),
        ("any news on case 104?", 104),
        ("Ref number 20931, what's the status", 20931),
        ("mi caso es el 104", 104),
        ("#104", 104),
        ("¿cómo va mi caso?", None),
        ("submitted my case 2 weeks ago", None),
        ("abrí mi caso hace 3 días", None),
        ("me abrieron el caso 3 días antes", None),
        ("I opened the case 10/11", None),
        ("any update on my dads case", None),
        ("mandé 3 estudios, ¿los vieron?", None),
        ("me dijeron que el 27 me llamaban", None),
        ("caso 99999999999999999999999", None),
    ],
)
def test_only_what_is_said_of_a_case_is_its_number(words: str, number: int | None) -> None:
    assert number_in(words) == number
