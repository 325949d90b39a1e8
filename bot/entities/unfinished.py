"""A thought that was sent before it was told: "mi mamá está", "she is". The words are data/unfinished.yml."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from bot.config import ROOT
from bot.datafile import read_as
from bot.entities.named import Named
from engine.folding import fold

FILE = ROOT / "data" / "unfinished.yml"
LONGEST = 60  # characters
_RELATIVE = "relative"  # stands for every one of them, and for "mi bebé"
_PEOPLE = ("relative", "age_group")
_APOSTROPHE = re.compile(r"['’]")
_SIGNS = re.compile(r"[^\w ]+")


class _Beginnings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    begins: tuple[str, ...]
    whose: tuple[str, ...]
    who: tuple[str, ...]
    goes_on: tuple[str, ...]
    hangs: tuple[str, ...]
    alone: frozenset[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    @functools.cached_property
    def shape(self) -> re.Pattern[str]:
        """The words of a beginning in their order, over a text in which "relative" stands for every relative."""
        somebody = rf"(?:{_any(self.whose)} )?{_RELATIVE}|{_any(self.who)}"
        return re.compile(
            rf"(?:{_any(self.begins)} )*(?:{somebody})(?: {_any(self.goes_on)})?(?: {_any(self.hangs)})?"
        )


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


@functools.cache
def beginnings() -> _Beginnings:
    """The words of the file, ready. Raises DataFileError."""
    return read_as(FILE, _Beginnings)


def is_unfinished(text: str, named: Sequence[Named]) -> bool:
    """Whether a text is the beginning of a thought and no more. `named`: who and what it names, in its order."""
    if len(text) > LONGEST or "?" in text:
        return False
    known = beginnings()
    return _plain(text) in known.alone or bool(
        known.shape.fullmatch(_plain("".join(_relatives(text, named))))
    )


def _relatives(text: str, named: Sequence[Named]) -> Iterator[str]:
    """`text` in pieces, every relative in it by that word alone."""
    end = 0
    for one in named:
        if one.kind in _PEOPLE:
            yield f"{text[end : one.start]} {_RELATIVE} "
            end = one.end
    yield text[end:]


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", _APOSTROPHE.sub("", fold(text))).split())
