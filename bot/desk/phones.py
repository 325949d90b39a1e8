"""Telephone numbers as people write them, in E.164 and as they are read out. Pure."""

import re
from typing import NamedTuple

from bot.channels.reading import e164

_WRITTEN = re.compile(r"(?<![\w.])(?:\+|00)?\(?\d(?:[\s().–-]{0,3}\d){9,14}(?!\w)")
_TRUNK = re.compile(r"04[45](?=\d{10}$)")  # how a Mexican mobile was dialled until 2019
_TWO_DIGIT_AREAS = ("55", "56", "33", "81")  # Mexico City, Guadalajara, Monterrey


class Written(NamedTuple):
    """A number in E.164, and the words around it."""

    number: str
    rest: str


def phone_in(text: str, home: str = "") -> Written | None:
    """The last telephone number that `text` names. Ten digits are a number of Mexico, or of the country of `home` (E.164)
    where that is the United States."""
    for found in reversed(list(_WRITTEN.finditer(text))):
        if number := _normal(found[0], home):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            return Written(number, " ".join(rest.split()).strip(" ,;:.-–"))
    return None


def _normal(written: str, home: str) -> str:
    digits = re.sub(r"\D", "", written)
    if written.startswith("+") or digits.startswith("00"):
        return e164(digits.lstrip("0"))
    digits = _TRUNK.sub("", digits)
    if len(digits) == 10 and digits[0] != "0":
        return f"{'+1' if home.startswith('+1') else '+52'}{digits}"
    if len(digits) == 11 and digits.startswith("1"):
        return f"+{digits}"
    return e164(digits) if digits.startswith("52") and len(digits) in (12, 13) else ""


def read_out(number: str) -> str:
    """`+52 55 1234 5678`, `+1 310 555 0123`; another country's as it is."""
    if number.startswith("+52") and len(number) == 13:
        area = 2 if number[3:5] in _TWO_DIGIT_AREAS else 3
        local = number[3 + area :]
        return f"+52 {number[3 : 3 + area]} {local[:-4]} {local[-4:]}"
    if number.startswith("+1") and len(number) == 12:
        return f"+1 {number[2:5]} {number[5:8]} {number[8:]}"
    return number
