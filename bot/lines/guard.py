"""Whether a line may become training data: written anew, of nobody, and not there already."""

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.config import ROOT
from bot.texts.commands import plain

FOLDER = ROOT / "data" / "nlu"
LONGEST = 300  # characters
TOO_ALIKE = 0.6  # of the groups of three words of either
GROUP = 3
SHORTEST_NAME = 4  # letters: shorter ones are words as often as names
_PERSONAL = re.compile(r"\d|@|https?:|www\.", re.IGNORECASE)
_ANNOTATION = re.compile(r"[\[\]{}]|^/")  # what Rasa would read as something else


def problem(line: str, told: str, name: str, known: Mapping[str, str]) -> str:
    """A key of console.yml (after `console.review.`) that says what is wrong with a line for the message `told` by somebody of
    that name; "" when nothing is. `known`: as of `known_lines`."""
    if not bare(line):
        return "no_line"
    if len(line) > LONGEST or _ANNOTATION.search(line):
        return "unfit"
    if _PERSONAL.search(line) or _names(name) & set(bare(line).split()):
        return "personal"
    if alike(line, told):
        return "alike"
    return "known" if bare(line) in known else ""


def alike(line: str, told: str) -> bool:
    """The same words, or most of their groups of three in the one or in the other."""
    one, other = bare(line), bare(told)
    if one == other:
        return True
    ours, theirs = _groups(one), _groups(other)
    least = min(len(ours), len(theirs))
    return least > 0 and len(ours & theirs) / least >= TOO_ALIKE


def bare(text: str) -> str:
    """Words alone: no case, no accents, no signs."""
    return " ".join(re.sub(r"[\W_]+", " ", plain(text)).split())


def _groups(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[place : place + GROUP]) for place in range(len(words) - GROUP + 1)}


def _names(name: str) -> set[str]:
    return {word for word in bare(name).split() if len(word) >= SHORTEST_NAME}


@functools.cache
def known_lines(folder: Path = FOLDER) -> Mapping[str, str]:
    """Every training line, bare, and the file in which it stands."""
    return {bare(line): str(path.relative_to(folder)) for path, line in _lines(folder)}


def _lines(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob("*/*.yml")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("      - "):
                yield path, line.removeprefix("      - ")
