"""An option picked by its place, in words: "la segunda", "the second one", "quiero la 2"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

MOST_WORDS = 6


@dataclass(frozen=True)
class Places:
    """`ordinals`, `numerals`: words by the place that they name; a numeral counts only behind one of the `articles`. `around`:
    what else may be said."""

    ordinals: Mapping[str, int] = field(default_factory=dict)
    numerals: Mapping[str, int] = field(default_factory=dict)
    articles: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()

    @classmethod
    def of(cls, commands: Mapping[str, Any]) -> Self:
        """As commands.yml tells them: a string of words for each place."""
        return cls(
            _by_word(commands.get("ordinals", ())),
            _by_word(commands.get("numerals", ())),
            frozenset(commands.get("articles", ())),
            frozenset(commands.get("around_ordinals", ())),
        )

    def named_in(self, plain: str) -> int:
        """The place that a message names, 1 for the first; 0 when it says anything else, or several."""
        words = set(plain.replace(",", " ").split())
        if len(words) > MOST_WORDS:
            return 0
        naming = self.ordinals
        if not words & naming.keys() and words & self.articles:
            naming = self.numerals
        places = {naming[word] for word in words & naming.keys()}
        alone = words - naming.keys() <= self.articles | self.around
        return places.pop() if alone and len(places) == 1 else 0


def _by_word(lines: Sequence[str]) -> dict[str, int]:
    return {word: place for place, words in enumerate(lines, start=1) for word in str(words).split()}
