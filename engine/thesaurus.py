"""What words mean the same: "feria", "lana", "dough" and "dinero" are money, to whoever writes them.

A linear machine knows only the words that it has seen. `data/thesaurus` tells it, by hand and in both languages, which
of them stand for one concept, so that a message in words never seen before may still look like one that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from engine.folding import fold

_LANGUAGES = ("es", "en")
_MARK = "@"  # before a concept, so that it is no word
_REACH = 5  # a concept and each of the next five stand together


class Thesaurus:
    """Phrases (tuples of folded words) and the concepts that each stands for."""

    def __init__(self, concepts_of: dict[str, list[str]]) -> None:
        """`concepts_of`: folded words with one space between them, to names of concepts."""
        self.concepts_of = concepts_of
        self._longest: dict[str, int] = {}  # words in a phrase that begins so
        for phrase in concepts_of:
            first, *others = phrase.split(" ")
            self._longest[first] = max(self._longest.get(first, 1), 1 + len(others))

    @classmethod
    def load(cls, folder: Path) -> Thesaurus:
        """The files of `folder`: a concept, and its words in each language, with commas between."""
        concepts_of: dict[str, set[str]] = {}
        for concept, phrase in _entries(folder):
            concepts_of.setdefault(phrase, set()).add(concept)
        return cls({phrase: sorted(concepts) for phrase, concepts in sorted(concepts_of.items())})

    def read(self, words: list[str], lemmas: list[str]) -> list[str]:
        """The message in concepts ("@money"), the longest phrases first; what has no concept by its base form.

        `words` and `lemmas` are of one length, and folded.
        """
        meant: list[str] = []
        place = 0
        while place < len(words):
            length, concepts = self._at(place, words, lemmas)
            meant += [_MARK + concept for concept in concepts] or [lemmas[place]]
            place += length
        return meant

    def _at(self, place: int, words: list[str], lemmas: list[str]) -> tuple[int, list[str]]:
        for length in range(min(self._longest.get(words[place], 0), len(words) - place), 0, -1):
            if concepts := self.concepts_of.get(" ".join(words[place : place + length])):
                return length, concepts
        return 1, self.concepts_of.get(lemmas[place], [])


def together(meant: list[str]) -> list[str]:
    """Pairs of concepts that stand near each other in a message, in order: who does what to whom."""
    concepts = [word for word in meant if word.startswith(_MARK)]
    return [
        f"{first}{second}"
        for place, first in enumerate(concepts)
        for second in concepts[place + 1 : place + 1 + _REACH]
        if first != second
    ]


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*.yml")):
        concepts = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for concept, words in concepts.items():
            for language in _LANGUAGES:
                for phrase in str(words.get(language) or "").split(","):
                    if folded := " ".join(fold(phrase).split()):
                        yield str(concept), folded
