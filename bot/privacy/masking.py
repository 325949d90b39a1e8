"""What is never asked for (passports, cards, accounts) is masked before it is stored, understood or shown: data/private.yml."""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.channels.base import Message
from bot.config import ROOT
from bot.datafile import DataFileError, problems, read_yaml
from bot.privacy.checks import CHECKS, Groups
from engine.folding import fold

MARK = "••••"
BETWEEN = r"[\s.,·_*/–—‑-]{0,3}"  # what people put between the signs of a number
_NUMBER = re.compile(r"(?<![a-z0-9+])\d+(?:[\s.,·_*/–—‑-]{1,3}\d+)*(?![a-z])")
_GROUP = re.compile(r"\d+")
_UID = re.compile(r"\d+(?:\.\d+){5}")  # of a DICOM study: long numbers between many dots
_MASKED = re.compile(rf"{MARK}(?: \w{{4}})?")
_SIGNS = re.compile(r"[^\W_]+|&")
FEWEST_DIGITS = 3  # a text of fewer holds nothing of this, but for the lines a machine reads
LOOKED_BACK = 25  # characters before a number in which `but_not` counts when no words have to be near


class PrivateFileError(ValueError):
    """data/private.yml is wrong. One line per problem."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what was private, and the kinds of it that were in there, in the order of the file."""

    text: str
    kinds: tuple[str, ...] = ()


class RuleText(BaseModel):
    """One rule as it is written: the head of data/private.yml tells what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shape: str = ""
    digits: tuple[int, int] | None = None
    near: str = ""
    after: bool = False
    reach: int = 30
    but_not: str = ""
    check: str = ""


class KindText(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: int
    rules: tuple[RuleText, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


class Rule:
    """One rule, compiled."""

    def __init__(self, text: RuleText, words: dict[str, str]) -> None:
        def pattern(written: str) -> re.Pattern[str]:
            for name, its in words.items():
                written = written.replace(f"{{{name}}}", its)
            return re.compile(written.replace("~", BETWEEN))

        self._text = text
        self._shape = pattern(text.shape) if text.shape else None
        self._near = pattern(text.near) if text.near else None
        self._but_not = pattern(text.but_not) if text.but_not else None
        self._check: Callable[[Groups], bool] = CHECKS[text.check] if text.check else lambda groups: True

    def find(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it finds something, from left to right."""
        if self._near is not None and not self._near.search(folded):
            return
        end = 0
        for start, stop in self._candidates(folded):
            groups = _SIGNS.findall(folded[start:stop])
            if start >= end and self._check(groups) and self._stands_right(folded, start, stop):
                yield start, stop
                end = stop

    def _candidates(self, folded: str) -> Iterator[tuple[int, int]]:
        if self._shape is not None:
            for match in self._shape.finditer(folded):
                yield match.span("value" if "value" in match.groupdict() else 0)
        elif self._text.digits:
            yield from _numbers(folded, *self._text.digits)

    def _stands_right(self, folded: str, start: int, stop: int) -> bool:
        """Near the words that it needs, and apart from those that make something else of it."""
        between: str | None
        if self._near is None:
            between = folded[max(0, start - LOOKED_BACK) : start]
        elif self._text.after:
            found = self._near.search(folded, stop, stop + self._text.reach)
            between = folded[stop : found.start()] if found else None
        else:
            found = _last(self._near, folded, start, self._text.reach)
            between = folded[found.end() : start] if found else None
        return between is not None and not (self._but_not and self._but_not.search(between))


def _last(near: re.Pattern[str], folded: str, start: int, reach: int) -> re.Match[str] | None:
    """The nearest of these words that ends at most `reach` characters before `start`."""
    found = list(near.finditer(folded, max(0, start - 2 * reach), start))
    return found[-1] if found and start - found[-1].end() <= reach else None


def _numbers(folded: str, fewest: int, most: int) -> Iterator[tuple[int, int]]:
    """Every run of neighbouring groups with so many digits, longest first from each group: a case number may stand before a
    card."""
    for number in _NUMBER.finditer(folded):
        if _UID.search(number[0]):
            continue
        groups = [(number.start() + m.start(), number.start() + m.end()) for m in _GROUP.finditer(number[0])]
        for first, (start, _) in enumerate(groups):
            fitting = []
            digits = 0
            for begins, ends in groups[first : first + most]:
                digits += ends - begins
                if fewest <= digits <= most:
                    fitting.append((start, ends))
            yield from reversed(fitting)


@dataclass(frozen=True)
class Masking:
    """The rules of a file: kind, how many signs stay, and its rules."""

    kinds: tuple[tuple[str, int, tuple[Rule, ...]], ...]
    naming: re.Pattern[str]  # words that only say what a number is

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises PrivateFileError."""
        words, kinds = read(path)
        return cls(
            tuple(
                (name, kind.keep, tuple(Rule(rule, words) for rule in kind.rules))
                for name, kind in kinds.items()
            ),
            re.compile(words["naming"]),
        )

    def says_nothing_else(self, masked: str) -> bool:
        """Whether a text with masks in it says no more than what the numbers are: "mi pasaporte es ●●● 5678"."""
        rest = _MASKED.sub(" ", masked)
        return rest != masked and not any(sign.isalnum() for sign in self.naming.sub(" ", _folded(rest)))

    def __call__(self, text: str) -> Masked:
        if "<<" not in text and sum(sign.isdigit() for sign in text) < FEWEST_DIGITS:
            return Masked(text)
        found: dict[str, None] = {}
        folded = _folded(text)
        for name, keep, rules in self.kinds:
            for rule in rules:
                if places := list(rule.find(folded)):
                    text = _without(text, places, keep)
                    folded, found[name] = _folded(text), None
        return Masked(text, tuple(found))

    def message(self, arrived: Message) -> tuple[Message, tuple[str, ...]]:
        """The bubble as it may be kept: words, names of files and of people, labels; and the kinds that were in it."""
        kinds: list[str] = []

        def clean(text: str) -> str:
            masked = self(text)
            kinds.extend(masked.kinds)
            return masked.text

        attachments = tuple(
            replace(one, name=clean(one.name), label=clean(one.label), organisation=clean(one.organisation))
            for one in arrived.attachments
        )
        kept = replace(
            arrived,
            text=clean(arrived.text),
            sender_name=clean(arrived.sender_name),
            start_payload=clean(arrived.start_payload),
            attachments=attachments,
        )
        return kept, tuple(dict.fromkeys(kinds))


def _folded(text: str) -> str:
    """Without case and accents, sign for sign."""
    return "".join(fold(sign)[:1] or " " for sign in text)


def _without(text: str, places: Sequence[tuple[int, int]], keep: int) -> str:
    for start, stop in reversed(places):
        signs = "".join(sign for sign in text[start:stop] if sign.isalnum())
        shown = f"{MARK} {signs[-keep:]}" if keep else MARK
        text = text[:start] + shown + text[stop:]
    return text


def read(path: Path) -> tuple[dict[str, str], dict[str, KindText]]:
    """The words and the kinds of a file. Raises PrivateFileError with every problem."""
    try:
        content = read_yaml(path)
        words = TypeAdapter(dict[str, str]).validate_python(content.get("words", {}))
        kinds = TypeAdapter(dict[str, KindText]).validate_python(content.get("kinds", {}))
    except DataFileError as error:
        raise PrivateFileError(str(error)) from error
    except ValidationError as error:
        raise PrivateFileError("\n".join(f"{path.name}: {one}" for one in problems(error))) from error
    return words, kinds


@functools.cache
def the_rules() -> Masking:
    """The rules of this project, read once in a process."""
    return Masking.load(ROOT / "data" / "private.yml")
