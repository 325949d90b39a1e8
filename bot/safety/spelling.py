"""Recognises a rule's word however it was typed: abbreviated, stretched, by ear, with one slip of the finger.

A slip is forgiven only where what was typed is no word of its own ("quedado" is not "quemado"): the dictionaries are the
lemma tables of spaCy (package spacy-lookups-data), held in a Bloom filter of about a megabyte.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from preshed.bloom import BloomFilter
from spacy.strings import get_string_id

from bot.safety.reading import fold, shorten

SHORTEST_BY_EAR = 4  # letters: "aoga" is "ahoga"; below that sound alone says too little
SHORTEST_SWAPPED = 5  # letters: "pehco" is "pecho"
SHORTEST_WITH_SLIP = 6  # letters: "rspira" is "respira"

_PRONOUNS = [
    "me",
    "te",
    "se",
    "le",
    "lo",
    "la",
    "nos",
    "les",
    "los",
    "las",
    "melo",
    "mela",
    "telo",
    "selo",
    "sela",
]
_TAKES_PRONOUN = re.compile(r"(?:[aei]r|[aiy]endo|ando)$")
_DIMINUTIVE = re.compile(r"(\w{3,})it([oa])s?")
_BY_EAR = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        ("ph", "f"),
        ("ch", "X"),
        ("h", ""),
        ("qu(?=[ei])|q|k", "k"),
        ("c(?=[eiy])|z", "s"),
        ("c", "k"),
        ("gu(?=[ei])", "G"),
        ("g(?=[eiy])", "j"),
        ("v|w", "b"),
        ("ll|y", "i"),
        ("n(?=[bp])", "m"),
        (r"(.)\1+", r"\1"),
    ]
]


def by_ear(word: str) -> str:
    """How a folded word sounds, for comparing only: "combulcion" and "convulsion" are alike."""
    for pattern, sound in _BY_EAR:
        word = pattern.sub(sound, word)
    return word


def _table(language: str, name: str) -> dict[str, Any]:
    """A table of spacy-lookups-data for `language` ("es" or "en")."""
    packed = files("spacy_lookups_data").joinpath("data", f"{language}_lemma_{name}.json.gz").read_bytes()
    table: dict[str, Any] = json.loads(gzip.decompress(packed))
    return table


@cache
def _lemma_of(language: str) -> Mapping[str, str]:
    """Folded form -> folded lemma."""
    return {fold(form): fold(lemma) for form, lemma in _table(language, "lookup").items()}


@cache
def _forms_by_lemma(language: str) -> Mapping[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for form, lemma in _lemma_of(language).items():
        forms.setdefault(lemma, set()).add(form)
    return {lemma: frozenset(found) for lemma, found in forms.items()}


def forms_of(lemma: str, language: str) -> frozenset[str]:
    """All folded forms of a lemma; Spanish infinitives and gerunds also with pronouns ("ahogandose")."""
    forms = {lemma, *_forms_by_lemma(language).get(lemma, ())}
    if language == "es":
        forms |= {form + p for form in forms if _TAKES_PRONOUN.search(form) for p in _PRONOUNS}
    return frozenset(forms)


def dictionary(languages: Iterable[str]) -> BloomFilter:
    """The folded words of the languages; one in a thousand strangers passes for a word."""
    known = BloomFilter.from_error_rate(900_000, 0.001)
    for language in languages:
        for word in _known_words(language):
            known.add(get_string_id(word))
    return known


def _known_words(language: str) -> Iterator[str]:
    lemma_of = _lemma_of(language)
    yield from lemma_of
    yield from set(lemma_of.values())
    yield from (fold(word) for words in _table(language, "index").values() for word in words)
    if language == "es":
        verbs = [lemma for lemma in set(lemma_of.values()) if lemma.endswith("r")]
        yield from (verb + pronoun for verb in verbs for pronoun in _PRONOUNS)


def forget_tables() -> None:
    """Gives back the memory of the tables (about 150 MB) once the rules are read."""
    _lemma_of.cache_clear()
    _forms_by_lemma.cache_clear()


class Spelling:
    """Maps a typed word to the rules' word. `words` may end in "*": every word that begins so."""

    def __init__(self, words: Iterable[str], short_forms: Mapping[str, tuple[str, ...]], known: BloomFilter):
        self._words = frozenset(word for word in words if not word.endswith("*"))
        self._beginnings = frozenset(word[:-1] for word in words if word.endswith("*"))
        self._short_forms = short_forms
        self._known = known
        self._sounds: dict[str, str] = {}
        self._slips: dict[str, list[str]] = {}
        for word in sorted(self._words):
            self._index(word)

    def recognise(self, typed: str) -> tuple[str, ...]:
        """The rules' words for one typed word; itself when it is none of them."""
        for candidate in dict.fromkeys((typed, shorten(typed))):
            if candidate in self._short_forms:
                return self._short_forms[candidate]
            if found := self._exact(candidate):
                return (found,)
        return (self._singular(typed) or self._misspelt(shorten(typed)) or typed,)

    def _singular(self, word: str) -> str | None:
        """ "toddler's" and "toddlers" are the rules' "toddler"."""
        return word[:-1] if len(word) > 3 and word.endswith("s") and word[:-1] in self._words else None

    def _index(self, word: str) -> None:
        sound = by_ear(word)
        if len(word) >= SHORTEST_BY_EAR:
            self._sounds.setdefault(sound, word)
        if len(word) >= SHORTEST_SWAPPED:
            for key in _with_one_dropped(sound):
                self._slips.setdefault(key, []).append(word)

    def _exact(self, word: str) -> str | None:
        if word in self._words:
            return word
        beginnings = (word[:end] for end in range(len(word), 2, -1))
        return next((b + "*" for b in beginnings if b in self._beginnings), None)

    def _misspelt(self, word: str) -> str | None:
        if len(word) < SHORTEST_BY_EAR or not word.isalpha() or self.is_word(word):
            return None
        sound = by_ear(word)
        if sound in self._sounds:
            return self._sounds[sound]
        return self._with_slip(word, sound) if len(word) >= SHORTEST_SWAPPED else None

    def is_word(self, word: str) -> bool:
        """In a dictionary, or the Spanish diminutive of a word that is ("ahorrito" of "ahorro")."""
        if found := _DIMINUTIVE.fullmatch(word):
            stem, vowel = found.groups()
            if get_string_id(stem + vowel) in self._known:
                return True
        return get_string_id(word) in self._known

    def _with_slip(self, word: str, sound: str) -> str | None:
        for key in _with_one_dropped(sound):
            for near in self._slips.get(key, ()):
                if _is_swap(word, near) or (near[0] == word[0] and len(word) >= SHORTEST_WITH_SLIP):
                    return near
        return None


def _is_swap(word: str, near: str) -> bool:
    return sorted(word) == sorted(near)


def _with_one_dropped(sound: str) -> Iterator[str]:
    yield sound
    for position in range(len(sound)):
        yield sound[:position] + sound[position + 1 :]
