"""How the screening came to its findings: which patterns were found, in which words, and what excused the others.

For people who ask why; slower than the screening itself, and by the same rules.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.safety.passage import Passage, Span
from bot.safety.rulebook import Kind, Rule
from bot.safety.screen import OVERLAP, WINDOW, Language, Screen, _together


@dataclass(frozen=True, slots=True)
class Trace:
    """One pattern of a rule that was found in a message, by its position in the rule file.

    `words` as the rules read them. `excused_by` names the contexts because of which it does not count; empty: it counts.
    """

    rule: str
    kind: Kind
    language: Language  # of the rule file
    pattern: int
    words: str
    excused_by: tuple[str, ...]


def trace(screen: Screen, text: str) -> list[Trace]:
    """Every pattern found in the message, in the order of the rules; one that counts somewhere is not told as excused."""
    words = screen._recognised([text])
    found: dict[tuple[str, Language, int], Trace] = {}
    for start in range(0, max(1, len(words) - OVERLAP), WINDOW - OVERLAP):
        passage = screen._book.lexicon.passage(words[start : start + WINDOW], 0)
        for one in _in_passage(screen, passage):
            key = (one.rule, one.language, one.pattern)
            if key not in found or found[key].excused_by:
                found[key] = one
    return list(found.values())


def _in_passage(screen: Screen, passage: Passage) -> Iterator[Trace]:
    for rule in screen._book.rules:
        for position, pattern in enumerate(rule.patterns):
            if pattern.needs & passage.present != pattern.needs:
                continue
            places = [(_excuses(screen, rule, s, passage), s) for s in _together(pattern.chains, passage)]
            if places:
                excuses, spans = min(places, key=lambda place: len(place[0]))
                words = " … ".join(_words(span, passage) for span in sorted(set(spans)))
                yield Trace(rule.id, rule.kind, rule.language, position, words, excuses)


def _excuses(screen: Screen, rule: Rule, spans: Sequence[Span], passage: Passage) -> tuple[str, ...]:
    return tuple(name for name in rule.unless if any(screen._stands(name, span, passage) for span in spans))


def _words(span: Span, passage: Passage) -> str:
    return " ".join(word.text for word in passage.words[span.start : span.end])
