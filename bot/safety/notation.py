r"""The notation of the rules' patterns, made to be read by a clinician.

    word            that word, also misspelt               no respira
    word*           every word that begins so              convuls*
    ~verb           every form of it, with pronouns        ~ahogar
    {list}          anything of a named list               {chest}
    #38.0-42.9      a number in that range (a decimal point makes tenths count)
    (one|two words) alternatives                           (no|ya no)
    ?               after any of these: may be missing     no (se)? ~mover
    ..   ...        up to two words, up to six words of any kind between
    A > B           B soon after A (up to three words between), in the same sentence
    A & B           both, in any order, close together

Compiles to token patterns for spaCy's Matcher: a step is a set of words, or a gap.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.safety.reading import plain
from bot.safety.spelling import forms_of

GAPS = {"..": 2, "...": 6}  # words
MOST_SEQUENCES = 600  # more would take long to load; "A > B" says the same without multiplying

_TOKEN = re.compile(r"\.{2,3}|[()|?]|\{[a-z_]+\}|#[\d.]+-[\d.]+|~?[^\W_]+\*?")
_RANGE = re.compile(r"#([\d.]+)-([\d.]+)")


class RuleBookError(ValueError):
    """A rule file says something that cannot be understood; the message names where."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place in a sequence: a word out of `words`, or (no words) a gap of up to `gap` words."""

    words: frozenset[str]
    gap: int = 0


type Sequence_ = tuple[Step, ...]


class Notation:
    """Reads the patterns of one language; `lists` are the named lists of all languages (name -> (item, language))."""

    def __init__(self, lists: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self._lists = lists
        self._compiled: dict[str, list[Sequence_]] = {}

    def groups(self, pattern: str, language: str) -> list[list[list[Sequence_]]]:
        """What "&" joins; each as what ">" joins; each of these as its alternative sequences."""
        return [[self._part(part, language) for part in group.split(" > ")] for group in pattern.split(" & ")]

    def _part(self, pattern: str, language: str) -> list[Sequence_]:
        sequences = _merged(map(_trimmed, self._sequences(pattern, language)))
        if not all(sequences):
            raise RuleBookError(f"every word may be missing: {pattern!r}")
        if len(sequences) > MOST_SEQUENCES:
            raise RuleBookError(
                f"too many combinations ({len(sequences)}), use '>' between the lists: {pattern!r}"
            )
        return sequences

    def _sequences(self, pattern: str, language: str) -> list[Sequence_]:
        tokens = _TOKEN.findall(plain(pattern))
        if "".join(tokens) != plain(pattern).replace(" ", ""):
            raise RuleBookError(f"cannot read the pattern {pattern!r}")
        return _Reader(tokens, language, self._list).read()

    def _list(self, name: str) -> list[Sequence_]:
        if name not in self._lists:
            raise RuleBookError(f"there is no list {name!r}")
        if name not in self._compiled:
            items = self._lists[name]
            self._compiled[name] = _merged(s for item, spoken in items for s in self._sequences(item, spoken))
        return self._compiled[name]


class _Reader:
    """A recursive descent over the tokens of one part."""

    def __init__(self, tokens: list[str], language: str, list_: Callable[[str], list[Sequence_]]) -> None:
        self._tokens = tokens
        self._language = language
        self._list = list_

    def read(self) -> list[Sequence_]:
        sequences = self._alternatives()
        if self._tokens:
            raise RuleBookError(f"unexpected {self._tokens[0]!r} in a pattern")
        return sequences

    def _alternatives(self) -> list[Sequence_]:
        found = self._row()
        while self._tokens and self._tokens[0] == "|":
            self._tokens.pop(0)
            found = found + self._row()
        return _merged(found)

    def _row(self) -> list[Sequence_]:
        rows: list[Sequence_] = [()]
        while self._tokens and self._tokens[0] not in (")", "|"):
            element = self._element()
            rows = [row + more for row in rows for more in element]
        return rows

    def _element(self) -> list[Sequence_]:
        symbol = self._tokens.pop(0)
        found = self._group() if symbol == "(" else self._atom(symbol)
        if self._tokens and self._tokens[0] == "?":
            self._tokens.pop(0)
            return [(), *found]
        return found

    def _group(self) -> list[Sequence_]:
        found = self._alternatives()
        if not self._tokens or self._tokens.pop(0) != ")":
            raise RuleBookError("a bracket is not closed")
        return found

    def _atom(self, token: str) -> list[Sequence_]:
        if token in GAPS:
            return [(Step(frozenset(), GAPS[token]),)]
        if token[0] == "{":
            return self._list(token[1:-1])
        if token in {"?", ")", "|"}:
            raise RuleBookError(f"unexpected {token!r} in a pattern")
        return [(Step(self._words(token)),)]

    def _words(self, token: str) -> frozenset[str]:
        if found := _RANGE.fullmatch(token):
            return frozenset(_numbers(*found.groups()))
        return forms_of(token[1:], self._language) if token[0] == "~" else frozenset([token])


def _numbers(lowest: str, highest: str) -> Iterator[str]:
    tenths = "." in lowest or "." in highest
    for tenth in range(round(float(lowest) * 10), round(float(highest) * 10) + 1):
        if tenth % 10 == 0:
            yield str(tenth // 10)
        elif tenths:
            yield f"{tenth // 10}.{tenth % 10}"


def _trimmed(sequence: Sequence_) -> Sequence_:
    """Without the gaps at its ends, which are left where an optional word is missing."""
    worded = [place for place, step in enumerate(sequence) if step.words]
    return sequence[worded[0] : worded[-1] + 1] if worded else ()


def _merged(sequences: Iterable[Sequence_]) -> list[Sequence_]:
    """Alternatives of a single word become one step: fewer sequences to match."""
    single: set[str] = set()
    longer: dict[Sequence_, None] = {}
    for sequence in sequences:
        if len(sequence) == 1 and sequence[0].words:
            single |= sequence[0].words
        else:
            longer[sequence] = None
    return [*([(Step(frozenset(single)),)] if single else []), *longer]
