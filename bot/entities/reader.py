"""Reads texts, and says what things are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.entities.doctors import Doctors
from bot.entities.named import Named
from bot.entities.phrases import Phrases, words_in
from bot.entities.subjects import Subject
from engine.folding import fold


class Entities:
    """What data/entities knows. Dates are the engine's (engine/times.py): they need its libraries."""

    def __init__(self, phrases: Phrases, doctors: Doctors) -> None:
        self.phrases = phrases
        self._doctors = doctors

    @classmethod
    def load(cls, folder: Path) -> Entities:
        """The files of a folder. Raises EntityFileError."""
        phrases = Phrases.load(folder)
        return cls(phrases, Doctors(Doctors.surnames_of(folder), phrases.meanings))

    def find(self, text: str) -> list[Named]:
        """All that a text names, in order; of phrases that overlap the longest. "No oncology" names oncology too."""
        doctors = list(self._doctors.find(text))
        others = [one for one in self._known(text) if not any(_overlap(one, name) for name in doctors)]
        return sorted([*doctors, *others], key=lambda one: (one.start, one.end))

    def shown(self, kind: str, value: str, language: str) -> str:
        """The name of a key in a language; the value itself when no file knows it."""
        entry = self.phrases.entries.get(kind, {}).get(value)
        return str(entry[language]) if entry else value

    def shown_subject(self, subject: Subject, language: str) -> str:
        """`oncología pediátrica`, `pediatric oncology`."""
        plain = self.shown("specialty", subject.specialty, language)
        entry = self._specialty(subject.specialty)
        if not subject.child or entry.get("adults_only"):
            return plain
        own = (entry.get("child") or {}).get(language)
        pattern = self.phrases.entries["age_group"]["child"]["specialty"][language]
        return str(own or pattern.replace("{specialty}", plain))

    def within(self, specialty: str) -> Iterator[str]:
        """The specialty itself, then the wider ones that take its cases: heart surgery, cardiology."""
        while specialty:
            yield specialty
            specialty = self._specialty(specialty).get("part_of", "")

    def _specialty(self, key: str) -> dict[str, Any]:
        return dict(self.phrases.entries["specialty"].get(key, {}))

    def _known(self, text: str) -> Iterator[Named]:
        folded, places = _aligned(text)
        words = words_in(folded)
        at = 0
        while at < len(words):
            length, meanings = self._longest(words, at)
            for kind, value in meanings:
                yield Named(kind, value, places[words[at][1]], places[words[at + length - 1][2] - 1] + 1)
            at += length

    def _longest(self, words: list[tuple[str, int, int]], at: int) -> tuple[int, tuple[tuple[str, str], ...]]:
        for length in range(min(self.phrases.longest, len(words) - at), 0, -1):
            phrase = " ".join(word for word, _, _ in words[at : at + length])
            if (meanings := self.phrases.meanings.get(phrase)) is not None:
                return length, meanings
        return 1, ()


def _overlap(one: Named, other: Named) -> bool:
    return one.start < other.end and other.start < one.end


def _aligned(text: str) -> tuple[str, range | list[int]]:
    """The folded text, and for each of its characters the place in `text` that it comes from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, range(len(text))
    parts = [fold(character) for character in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]
