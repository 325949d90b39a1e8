"""The files of data/entities: what each thing is called, and by which phrases people name it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engine.folding import fold

FILES = {
    "specialty": "specialties.yml",
    "age_group": "age_groups.yml",
    "relative": "relatives.yml",
    "city": "cities.yml",
    "insurer": "insurers.yml",
}
LANGUAGES = ("es", "en")
NOT_MEANT = "not_meant"
KEYS = frozenset(
    {*LANGUAGES, "words", "also", "child", "specialty", "adults_only", "part_of", "named_by_words"}
)
_WORD = re.compile(r"[^\W_]+")


class EntityFileError(ValueError):
    """A file of data/entities is wrong. One line per problem."""


@dataclass(frozen=True)
class Phrases:
    """`meanings`: folded words with one space between, to (kind, key) pairs; none for what only looks like a name.

    `entries`: what the files say of each key, by kind.
    """

    meanings: Mapping[str, tuple[tuple[str, str], ...]]
    entries: Mapping[str, Mapping[str, Mapping[str, Any]]]
    longest: int = field(default=1)

    @classmethod
    def load(cls, folder: Path) -> Phrases:
        """The files of a folder. Raises EntityFileError with every problem."""
        files = {kind: _read(folder / name) for kind, name in FILES.items()}
        wrong = [fault for kind, entries in files.items() for fault in _faults(FILES[kind], entries)]
        if wrong:
            raise EntityFileError("\n".join(wrong))
        meanings: dict[str, tuple[tuple[str, str], ...]] = {}
        for phrase, meaning in (it for kind, entries in files.items() for it in _meanings(kind, entries)):
            meanings[phrase] = (*meanings.get(phrase, ()), *meaning)
        known = {
            k: {key: e for key, e in entries.items() if key != NOT_MEANT} for k, entries in files.items()
        }
        return cls(meanings, known, max(phrase.count(" ") + 1 for phrase in meanings))


def words_in(folded: str) -> list[tuple[str, int, int]]:
    """The words of a folded text and where each stands: whatever the language, signs are no part of a word."""
    return [(match.group(), match.start(), match.end()) for match in _WORD.finditer(folded)]


def phrases_of(entry: Mapping[str, Any]) -> list[str]:
    """All that names an entry, folded: its words, and its names unless only the words count."""
    shown = () if entry.get("named_by_words") else [entry[lang] for lang in LANGUAGES if lang in entry]
    written = [*shown, *_listed(entry.get("words")), *_listed(entry.get("also"))]
    folded = (" ".join(word for word, _, _ in words_in(fold(phrase))) for phrase in written)
    return list(dict.fromkeys(phrase for phrase in folded if phrase))


def _listed(words: object) -> list[str]:
    return str(words).split(",") if words else []


def _meanings(
    kind: str, entries: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for key, entry in entries.items():
        for phrase in phrases_of(entry):
            yield phrase, (() if key == NOT_MEANT else ((kind, key),))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise EntityFileError(f"{path.name}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
        raise EntityFileError(f"{path.name}: expected keys, each with es, en and words")
    return content


def _faults(file: str, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong in one file: a name is missing, a key unknown, or a phrase means two things without saying so."""
    owners: dict[str, str] = {}
    for key, entry in entries.items():
        if key != NOT_MEANT and not all(entry.get(language) for language in LANGUAGES):
            yield f"{file}: {key}: expected es and en"
        yield from (f"{file}: {key}: {odd} is unknown" for odd in sorted(set(entry) - KEYS))
        if entry.get("part_of") and entry["part_of"] not in entries:
            yield f"{file}: {key}: part_of names no entry"
        own = {**entry, "also": ""}
        for phrase in phrases_of(own):
            if owners.setdefault(phrase, key) != key:
                yield f"{file}: {phrase!r} is of {owners[phrase]} and of {key}; list it under `also` of one"
