"""The rule files: what a clinical reviewer edits (`data/safety/<language>.yml`), checked and compiled.

Lists and contexts of the same name in several files are one: that is how mixed messages are understood.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bot.safety.notation import Notation, RuleBookError, Sequence_
from bot.safety.passage import Chain, Lexicon, Passage
from bot.safety.reading import fold


class Kind(StrEnum):
    """What a rule is about, the most pressing first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    DEATH = "death"


class Place(StrEnum):
    """Where a context must stand for a match not to count."""

    BEFORE = "before"  # right before it, without a pause
    AFTER = "after"  # right after it
    NEARBY = "nearby"  # up to eight words away, in the same sentence
    SENTENCE = "sentence"  # anywhere in the same sentence
    MESSAGE = "message"  # anywhere in the message


def _listed(value: object) -> object:
    """ "me, te, se me" is a list of three."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


type Items = Annotated[list[str], BeforeValidator(_listed)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContextText(_Checked):
    meaning: str
    place: Place
    patterns: list[str]
    but_not_with: Items = []


class RuleText(_Checked):
    id: str
    kind: Kind
    title: str
    why: str
    patterns: list[str]
    unless: Items = []
    examples: list[str]
    counter_examples: list[str] = []


class RuleFile(_Checked):
    language: Literal["es", "en"]
    short_forms: dict[str, str] = {}
    words: dict[str, Items]
    contexts: dict[str, ContextText]
    rules: list[RuleText]


@dataclass(frozen=True, slots=True)
class Context:
    """One reading of a context: a place and what stands there."""

    place: Place
    chains: Sequence[Chain]
    but_not_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    kind: Kind
    language: Literal["es", "en"]
    patterns: Sequence["Pattern"]
    unless: tuple[str, ...]


class Pattern:
    """Chains that must stand close together; `needs` are the bits of all their parts."""

    def __init__(self, chains: Sequence[Chain]) -> None:
        self.chains = chains
        self.needs = 0
        for chain_ in chains:
            self.needs |= chain_.needs


@dataclass(frozen=True, slots=True)
class RuleBook:
    rules: Sequence[Rule]
    contexts: dict[str, Sequence[Context]]
    short_forms: dict[str, tuple[str, ...]]
    lexicon: Lexicon
    by_part: dict[int, list[tuple[int, Pattern]]]  # the rule's index and the pattern

    def possible(self, passage: Passage) -> dict[int, list[Pattern]]:
        """By index of the rule, in their order: the patterns all of whose parts are in the passage."""
        found: dict[int, list[Pattern]] = {}
        for number in passage.candidates:
            for rule, pattern in self.by_part.get(number, ()):
                if pattern.needs & passage.present == pattern.needs:
                    found.setdefault(rule, []).append(pattern)
        return dict(sorted(found.items()))


def read_files(folder: Path) -> list[RuleFile]:
    """The rule files of a folder, in order of name; RuleBookError names the file that is wrong."""
    found = [_read_file(path) for path in sorted(folder.glob("*.yml"))]
    if not found:
        raise RuleBookError(f"no rule files in {folder}")
    return found


def _read_file(path: Path) -> RuleFile:
    try:
        return RuleFile.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError) as error:
        raise RuleBookError(f"{path.name}: {error}") from error


def compile_rules(rule_files: Sequence[RuleFile]) -> RuleBook:
    """The rules ready to be matched; RuleBookError names the rule or context that is wrong."""
    return _Compiler(rule_files).book()


class _Compiler:
    def __init__(self, rule_files: Sequence[RuleFile]) -> None:
        self._files = rule_files
        lists: dict[str, list[tuple[str, str]]] = {}
        for file in rule_files:
            for name, items in file.words.items():
                lists.setdefault(name, []).extend((item, file.language) for item in items)
        self._notation = Notation(lists)
        self._read: dict[tuple[str, str], list[list[list[Sequence_]]]] = {}
        self._lexicon = Lexicon(self._words())

    def book(self) -> RuleBook:
        contexts: dict[str, list[Context]] = {}
        for file in self._files:
            for name, text in file.contexts.items():
                contexts.setdefault(name, []).append(self._context(name, text, file.language))
        rules = [self._rule(text, file.language) for file in self._files for text in file.rules]
        _check_names(rules, contexts)
        return RuleBook(rules, {**contexts}, self._short_forms(), self._lexicon, _by_part(rules))

    def _words(self) -> Iterator[str]:
        """Every word of every pattern: all must be known before the first part is indexed."""
        for where, pattern, language in self._patterns():
            for part in chain.from_iterable(self._groups(where, pattern, language)):
                yield from (word for sequence in part for step in sequence for word in step.words)

    def _patterns(self) -> Iterator[tuple[str, str, str]]:
        for file in self._files:
            contexts = ((name, context.patterns) for name, context in file.contexts.items())
            rules = ((rule.id, rule.patterns) for rule in file.rules)
            for where, patterns in chain(contexts, rules):
                yield from ((where, pattern, file.language) for pattern in patterns)

    def _context(self, name: str, text: ContextText, language: str) -> Context:
        chains = [found for pattern in text.patterns for found in self._chains(name, pattern, language)]
        return Context(text.place, chains, tuple(text.but_not_with))

    def _rule(self, text: RuleText, language: Literal["es", "en"]) -> Rule:
        patterns = [Pattern(self._chains(text.id, pattern, language)) for pattern in text.patterns]
        return Rule(text.id, text.kind, language, patterns, tuple(text.unless))

    def _chains(self, where: str, pattern: str, language: str) -> list[Chain]:
        groups = self._groups(where, pattern, language)
        return [Chain([self._lexicon.part(sequences) for sequences in group]) for group in groups]

    def _groups(self, where: str, pattern: str, language: str) -> list[list[list[Sequence_]]]:
        if (pattern, language) not in self._read:
            try:
                self._read[pattern, language] = self._notation.groups(pattern, language)
            except RuleBookError as error:
                raise RuleBookError(f"{language}.yml, {where}: {error}") from error
        return self._read[pattern, language]

    def _short_forms(self) -> dict[str, tuple[str, ...]]:
        pairs = (pair for file in self._files for pair in file.short_forms.items())
        return {fold(short): tuple(fold(long).split()) for short, long in pairs}


def _by_part(rules: Sequence[Rule]) -> dict[int, list[tuple[int, Pattern]]]:
    """Filed under the part that came last, mostly the pattern's own: those that many share are in most messages."""
    filed: dict[int, list[tuple[int, Pattern]]] = {}
    for index, rule in enumerate(rules):
        for pattern in rule.patterns:
            filed.setdefault(pattern.needs.bit_length() - 1, []).append((index, pattern))
    return filed


def _check_names(rules: Sequence[Rule], contexts: dict[str, list[Context]]) -> None:
    for where, name in _names_used(rules, contexts):
        if name not in contexts:
            raise RuleBookError(f"{where}: there is no context {name!r}")


def _names_used(rules: Sequence[Rule], contexts: dict[str, list[Context]]) -> Iterator[tuple[str, str]]:
    yield from ((rule.id, name) for rule in rules for name in rule.unless)
    yield from ((name, other) for name, found in contexts.items() for c in found for other in c.but_not_with)
