"""Screens what a person wrote for red flags: pure, about a millisecond, both languages always."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Literal

from bot.safety.passage import COMMON, Chain, Passage, Span
from bot.safety.reading import Pause, Word, read
from bot.safety.rulebook import Kind, Pattern, Place, Rule, RuleBook, RuleFile, compile_rules, read_files
from bot.safety.spelling import Spelling, dictionary, forget_tables

type Language = Literal["es", "en"]

TOGETHER = 25  # words that may stand between the parts of "A & B"
NEARBY = 8  # words
WINDOW = 120  # words looked at in one go; longer messages are screened window by window
OVERLAP = 40
MOST = 16  # places of one part of "A & B" that are tried
EARLIER = 60  # words of earlier bubbles that the newest one is joined with

_URGENCY = list(Kind)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the screening says of a bubble. `also_crisis`: an emergency in which somebody may want to die."""

    kind: Kind
    rule: str
    language: Language
    also_crisis: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired, with how many of its patterns did."""

    rule: str
    kind: Kind
    language: Language
    hits: int


class Screen:
    """The rules, ready. Nothing that is read changes after loading: one Screen serves all threads."""

    def __init__(self, rule_files: Sequence[RuleFile]) -> None:
        self._book: RuleBook = compile_rules(rule_files)
        known = dictionary(file.language for file in rule_files)
        self._spelling = Spelling(self._book.lexicon.words, self._book.short_forms, known)
        forget_tables()

    @classmethod
    def load(cls, folder: Path) -> "Screen":
        """Reads and compiles the rule files; RuleBookError names what is wrong in which file."""
        return cls(read_files(folder))

    def __call__(self, text: str, recent: Sequence[str] = ()) -> Verdict | None:
        """The verdict on a bubble, alone or joined with the contact's `recent` ones (oldest first). Never raises."""
        words = self._recognised([text])
        findings = self._findings_in(words, new_from=0)
        if not findings and recent:
            findings = self._joined(words, recent)
        return _verdict(findings, words)

    def is_word(self, word: str) -> bool:
        """Whether a folded word is one of either language, and not a slip of the finger."""
        return self._spelling.is_word(word)

    def findings(self, text: str, recent: Sequence[str] = ()) -> list[Finding]:
        """Every rule that fires on the bubble and on it joined with the recent ones."""
        words = self._recognised([text])
        return [*self._findings_in(words, new_from=0), *self._joined(words, recent)]

    def _recognised(self, bubbles: Sequence[str]) -> list[Word]:
        words: list[Word] = []
        for word in read(bubbles):
            first, *others = self._spelling.recognise(word.text)
            words.append(Word(first, word.pause, word.bubble))
            words += (Word(other, Pause.NONE, word.bubble) for other in others)
        return words

    def _joined(self, words: Sequence[Word], recent: Sequence[str]) -> list[Finding]:
        earlier = self._recognised([bubble[-1000:] for bubble in recent[-8:]])[-EARLIER:]
        if not earlier or not words:
            return []
        return self._findings_in([*earlier, *words[:EARLIER]], new_from=len(earlier))

    def _findings_in(self, words: Sequence[Word], new_from: int) -> list[Finding]:
        found: list[Finding] = []
        for start in range(0, max(1, len(words) - OVERLAP), WINDOW - OVERLAP):
            passage = self._book.lexicon.passage(words[start : start + WINDOW], new_from)
            for index, patterns in self._book.possible(passage).items():
                if finding := self._fired(self._book.rules[index], patterns, passage):
                    found.append(finding)
        return found

    def _fired(self, rule: Rule, patterns: Sequence[Pattern], passage: Passage) -> Finding | None:
        hits = sum(self._counts(rule, pattern.chains, passage) for pattern in patterns)
        return Finding(rule.id, rule.kind, rule.language, hits) if hits else None

    def _counts(self, rule: Rule, chains: Sequence[Chain], passage: Passage) -> bool:
        return any(
            max(span.end for span in spans) > passage.new_from and not self._excused(rule, spans, passage)
            for spans in _together(chains, passage)
        )

    def _excused(self, rule: Rule, spans: Sequence[Span], passage: Passage) -> bool:
        return any(self._stands(name, span, passage) for name in rule.unless for span in spans)

    def _stands(self, name: str, span: Span, passage: Passage) -> bool:
        return any(
            _is_placed(context.place, found, span, passage)
            and not any(self._stands(other, found, passage) for other in context.but_not_with)
            for context in self._book.contexts[name]
            for chain in context.chains
            for found in chain.find(passage)
        )


def _together(chains: Sequence[Chain], passage: Passage) -> Iterator[tuple[Span, ...]]:
    found = [chain.find(passage) for chain in chains]
    if len(found) == 1:
        yield from ((span,) for span in found[0])
    elif all(found):
        yield from (spans for spans in product(*(spans[:MOST] for spans in found)) if _are_close(spans))


def _are_close(spans: Sequence[Span]) -> bool:
    ordered = sorted(spans)
    return all(left.end <= right.start <= left.end + TOGETHER for left, right in pairwise(ordered))


def _is_placed(place: Place, found: Span, span: Span, passage: Passage) -> bool:
    if place is Place.BEFORE:
        return found.end == span.start and not passage.words[span.start].pause
    if place is Place.AFTER:
        return found.start == span.end
    if place is Place.MESSAGE:
        return True
    sentence = passage.sentence_around(span)
    reach = NEARBY if place is Place.NEARBY else WINDOW
    return max(sentence.start, span.start - reach) <= found.start and found.end <= min(
        sentence.end, span.end + reach
    )


def _verdict(findings: Sequence[Finding], words: Sequence[Word]) -> Verdict | None:
    if not findings:
        return None
    first = min(findings, key=lambda finding: _URGENCY.index(finding.kind))
    kinds = {finding.kind for finding in findings}
    also_crisis = first.kind is Kind.EMERGENCY and Kind.CRISIS in kinds
    return Verdict(first.kind, first.rule, _language(findings, words), also_crisis)


def _language(findings: Sequence[Finding], words: Sequence[Word]) -> Language:
    """The language with more hits; then the one with more of its common words in the bubble."""

    def weight(language: Language) -> tuple[int, int]:
        hits = sum(f.hits for f in findings if f.language == language)
        return hits, sum(word.text in COMMON[language] for word in words)

    return max(("es", "en"), key=weight)
