"""What the people of the day write, drawn from `bench/day_words.yml`."""

import random
import re
from functools import cache
from pathlib import Path

import yaml

WORDS = Path(__file__).parents[1] / "day_words.yml"
TEXTS = Path(__file__).parents[2] / "data" / "texts"
STAMP = re.compile(r"\bK[0-9a-f]{8}\b")
LANGUAGES = ("es", "en")

type Lists = dict[str, dict[str, dict[str, list[str]]]]  # kind, label, language


@cache
def _lists() -> Lists:
    lists: Lists = yaml.safe_load(WORDS.read_text("utf-8"))
    return lists


def drawn(chance: random.Random, kind: str, language: str) -> str:
    """A message of this kind. `language`: es, en or mixed."""
    labels = _lists()[kind]
    return chance.choice(labels[chance.choice(sorted(labels))][language])


def label_of(text: str) -> str:
    """What a message means, or the first part of several that came together; nlu_fallback for words of nobody's list."""
    known = (
        (said, label)
        for labels in _lists().values()
        for label, languages in labels.items()
        for texts in languages.values()
        for said in texts
    )
    found = [(text.index(said), -len(said), label) for said, label in known if said in text]
    return min(found)[2] if found else "nlu_fallback"


@cache
def _texts(file: str) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = yaml.safe_load((TEXTS / file).read_text("utf-8"))
    return texts


@cache
def said_by_the_bot(file: str, key: str) -> tuple[re.Pattern[str], ...]:
    """Finds a text of `data/texts` in a bubble, in either language; its placeholders are the groups."""
    entry = _texts(file)[key]
    return tuple(_pattern(entry[language]) for language in LANGUAGES)


def _pattern(wording: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(name: str) -> str:
        if "." in name or name in seen:
            return r".+?"
        seen.add(name)
        return rf"(?P<{name}>\d+)" if name == "case" else rf"(?P<{name}>.+?)"

    parts = re.split(r"\{([\w.]+)\}", wording.strip())
    return re.compile("".join(group(p) if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.DOTALL)


def found(text: str, key: str, file: str = "desk.yml") -> re.Match[str] | None:
    """The place where a bubble says this text."""
    return next((match for p in said_by_the_bot(file, key) if (match := p.search(text))), None)


@cache
def titles(button: str) -> frozenset[str]:
    """A button's titles in both languages."""
    return frozenset(_texts("buttons.yml")[f"button.{button}"][language] for language in LANGUAGES)
