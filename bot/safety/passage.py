"""A stretch of words prepared for matching, and the patterns that are looked for in it (spaCy's Matcher)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
from spacy.lang.es.stop_words import STOP_WORDS as SPANISH
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.safety.notation import Sequence_, Step
from bot.safety.reading import Pause, Word, fold

COMMON = {"es": frozenset(map(fold, SPANISH)), "en": frozenset(map(fold, ENGLISH))}
SOON = 3  # words that may stand between the parts of "A > B"
_TOO_COMMON = 50  # a stop word is as bad a key to the index as so many other words


class Span(NamedTuple):
    """Words start..end-1 of a passage."""

    start: int
    end: int


class Found:
    """Where a sequence stands in a passage: a matcher that is built when it is first needed, as most never are."""

    __slots__ = ("_matcher", "_steps", "_vocab")

    def __init__(self, vocab: Vocab, steps: Sequence_) -> None:
        self._vocab = vocab
        self._steps = steps
        self._matcher: Matcher | None = None

    def __call__(self, doc: Doc) -> Iterable[tuple[int, int, int]]:
        if self._matcher is None:
            self._matcher = Matcher(self._vocab, validate=False)
            self._matcher.add("found", [[token for step in self._steps for token in _tokens(step)]])
        return self._matcher(doc)


@dataclass(slots=True)
class Passage:
    """`words` are the rules' words; `new_from` is the index of the newest bubble's first word."""

    words: Sequence[Word]
    doc: Doc
    new_from: int
    candidates: dict[int, list[Found]]  # by number of part: the matchers all of whose words are here
    present: int  # the bits of these parts
    found: dict[int, list[Span]] = field(default_factory=dict)

    def sentence_around(self, span: Span) -> Span:
        """From the last end of a sentence before the span to the next one after it."""
        start, end = span
        while start > 0 and self.words[start].pause is not Pause.HARD:
            start -= 1
        while end < len(self.words) and self.words[end].pause is not Pause.HARD:
            end += 1
        return Span(start, end)

    def is_broken(self, span: Span) -> bool:
        """A sentence ends inside the span."""
        return any(word.pause is Pause.HARD for word in self.words[span.start + 1 : span.end])


class Part:
    """Alternative sequences of words that are looked for together; the Lexicon knows them."""

    def __init__(self, number: int) -> None:
        self.number = number

    def find(self, passage: Passage) -> list[Span]:
        """Where the part stands, shortest first from each start, never across the end of a sentence."""
        matchers = passage.candidates.get(self.number)
        if not matchers:
            return []
        if self.number not in passage.found:
            spans = {Span(start, end) for matcher in matchers for _, start, end in matcher(passage.doc)}
            passage.found[self.number] = sorted(span for span in spans if not passage.is_broken(span))
        return passage.found[self.number]


class Chain:
    """Parts that follow one another closely in one sentence: "A > B"."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._first, *self._others = parts
        self.needs = sum({1 << part.number for part in parts})

    def find(self, passage: Passage) -> list[Span]:
        """From the start of the first part to the end of the last."""
        spans = self._first.find(passage)
        for part in self._others:
            nexts = part.find(passage) if spans else []
            spans = sorted(
                {Span(a.start, b.end) for a in spans for b in nexts if 0 <= b.start - a.end <= SOON}
            )
        return [span for span in spans if not passage.is_broken(span)] if self._others else spans


class Lexicon:
    """All words and parts of the rules, indexed so that only what can match a passage is tried on it.

    Every set of words has a bit: a sequence can match where all its bits are. The sequences are filed under the words of
    their rarest step.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._vocab = Vocab()
        self._bits: dict[frozenset[str], int] = {}
        self._masks: dict[str, int] = {}
        self._index: dict[str, list[tuple[int, int, Found]]] = {}
        self._parts: dict[tuple[Sequence_, ...], Part] = {}
        self._matchers: dict[Sequence_, Found] = {}
        self._in_order: list[str] = sorted(self.words)
        self._whole: dict[frozenset[str], frozenset[str]] = {}

    def part(self, sequences: Sequence[Sequence_]) -> Part:
        """The part with these sequences, found by `passage` from now on; one for all patterns that use it."""
        key = tuple(sequences)
        if key not in self._parts:
            self._parts[key] = part = Part(len(self._parts))
            for sequence in sequences:
                self._file(part, sequence)
        return self._parts[key]

    def _file(self, part: Part, sequence: Sequence_) -> None:
        steps = tuple(Step(self._all_beginning_so(step.words), step.gap) for step in sequence)
        sets = [step.words for step in steps if step.words]
        entry = (part.number, self._needs(sets), self._matcher(steps))
        for word in min(sets, key=_commonness):
            self._index.setdefault(word, []).append(entry)

    def passage(self, words: Sequence[Word], new_from: int) -> Passage:
        texts = [word.text if word.text in self._masks else "-" for word in words]
        # Words no rule knows are replaced: the vocabulary must neither grow nor keep what people wrote.
        candidates = self._candidates(set(texts))
        present = sum(1 << number for number in candidates)
        return Passage(words, Doc(self._vocab, words=texts), new_from, candidates, present)

    def _candidates(self, texts: set[str]) -> dict[int, list[Found]]:
        mask = 0
        for text in texts:
            mask |= self._masks.get(text, 0)
        found: dict[int, dict[Found, None]] = {}
        for text in texts:
            for part, needs, matcher in self._index.get(text, ()):
                if needs & mask == needs:
                    found.setdefault(part, {})[matcher] = None
        return {part: list(matchers) for part, matchers in found.items()}

    def _all_beginning_so(self, words: frozenset[str]) -> frozenset[str]:
        """A word may be filed whole or under a longer beginning: "respir*" takes "respirar" and "respirac*" in."""
        if words not in self._whole:
            beginnings = (word[:-1] for word in words if word.endswith("*"))
            self._whole[words] = words.union(*(self._beginning(beginning) for beginning in beginnings))
        return self._whole[words]

    def _beginning(self, beginning: str) -> Iterator[str]:
        first = bisect_left(self._in_order, beginning)
        return takewhile(lambda word: word.startswith(beginning), islice(self._in_order, first, None))

    def _needs(self, sets: Iterable[frozenset[str]]) -> int:
        needs = 0
        for words in sets:
            needs |= self._bit(words)
        return needs

    def _bit(self, words: frozenset[str]) -> int:
        if words not in self._bits:
            self._bits[words] = 1 << len(self._bits)
            for word in words:
                self._masks[word] = self._masks.get(word, 0) | self._bits[words]
        return self._bits[words]

    def _matcher(self, steps: Sequence_) -> Found:
        if steps not in self._matchers:
            self._matchers[steps] = Found(self._vocab, steps)
        return self._matchers[steps]


def _commonness(words: frozenset[str]) -> int:
    return sum(_TOO_COMMON if word in COMMON["es"] or word in COMMON["en"] else 1 for word in words)


def _tokens(step: Step) -> list[dict[str, object]]:
    return [{"ORTH": {"IN": sorted(step.words)}}] if step.words else [{"OP": "?"}] * step.gap
