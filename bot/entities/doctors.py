"""Physicians named in a text: "Dra. Ana Ortuño", "dr garcia". Never a plain word ("el doctor me dijo"), never who writes."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path

import yaml

from bot.entities.named import Named
from engine.folding import fold

_LONGEST = 60  # characters of a name
_TITLE = re.compile(r"\b(?:dr|dra|drs|doctor|doctora|doc)\b\.?,?[ ]+", re.IGNORECASE)
_LETTERS = r"[^\W\d_]"
_CAPITAL = rf"(?:(?!\d|_)[A-ZÁÉÍÓÚÑÜÀ-Þ]{_LETTERS}*(?:['’-]{_LETTERS}+)*\.?)"
_NAME = re.compile(rf"{_CAPITAL}(?:[ ](?:(?:de la|de los|de|del|la|van|von|der|al)[ ])?{_CAPITAL}){{0,3}}")
_LOWER_NAME = re.compile(rf"{_LETTERS}+")
# The title of whoever writes is a patient's or a colleague's name, which no card may show.
_OF_THE_WRITER = re.compile(
    r"(?:soy|somos|llamo|nombre es|habla|saluda|escribe|firma|atte|atentamente|saludos|i am|i m|i'm|im|this is|name is|"
    r"name s|name's|sincerely|regards|thanks|gracias|att)\W*(?:(?:de parte de|el|la|cordial(?:es)?|the|dear|your)\W+)*$"
)
_PLAIN = frozenset(
    """
    a ante aqui ahi asi al algo alguien ayer bien buen buena buenas bueno buenos como con cual cuando cuanto de del
    desde dice dijo dime disculpe donde el ella en es esa ese eso esta este estoy favor gracias ha hace hay hola hoy
    la las le les lo los ma mas me mi mis muy necesito ni no nos o para pero podria por porque pues puede que quien
    quiero se si sin sobre soy su sus tambien te tengo tiene todo tu un una usted y ya yo about after am and any are
    as at available because but by can could do does for from had has have he hello help her here hi his how i if in
    is it just may me my need never not of on or our please said says she should so some thank thanks that the their
    there they this to told was we what when where which who why will with would you your visit visits appointment
    appointments office oficina cita citas general particular medico hospital clinica clinic urgente cedars sinai
    """.split()  # noqa: SIM905 (one word per line would be 150 lines)
)


class Doctors:
    """Finds names after a title; `phrases` are folded words that are no names ("cardiologo", "mama")."""

    def __init__(self, surnames: Container[str], phrases: Container[str]) -> None:
        self._surnames = surnames
        self._phrases = phrases

    @staticmethod
    def surnames_of(folder: Path) -> frozenset[str]:
        """The frequent surnames that are believed without a capital."""
        written = yaml.load((folder / "surnames.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)[
            "surnames"
        ]
        return frozenset(fold(name.strip()) for name in written.split(","))

    def find(self, text: str) -> Iterator[Named]:
        """The names after a title, in order; where the whole text is in capitals only frequent surnames count."""
        shouted = text.isupper()
        for title in _TITLE.finditer(text):
            if _OF_THE_WRITER.search(fold(text[max(0, title.start() - 40) : title.start()])):
                continue
            end = self._lower(text, title.end()) if shouted else self._end(text, title.end())
            if end > title.end():
                name = text[title.end() : end]
                yield Named("doctor", name if not name.islower() else name.title(), title.end(), end)

    def _end(self, text: str, start: int) -> int:
        match = _NAME.match(text, start)
        if match is None:
            return self._lower(text, start)
        kept = start
        for word in re.finditer(r"\S+", match.group()):
            particle = word.group().islower()
            if not particle and self._plain(word.group()):
                break
            kept = kept if particle else start + word.end()  # "de la" alone ends no name
        name = text[start:kept]
        return kept if 1 < len(name.strip(".")) <= _LONGEST else start

    def _lower(self, text: str, start: int) -> int:
        match = _LOWER_NAME.match(text, start)
        return match.end() if match and fold(match.group()) in self._surnames else start

    def _plain(self, word: str) -> bool:
        folded = fold(word).strip(".")
        return folded in _PLAIN or (folded in self._phrases and folded not in self._surnames)
