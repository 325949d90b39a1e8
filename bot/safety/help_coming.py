"""Whether a message says that help was called, is coming or is there, and nothing else: data/help_coming.yml."""

import re
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.datafile import read_as
from engine.folding import fold

_APOSTROPHE = re.compile(r"['’]")


class HelpComing(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tells: tuple[re.Pattern[str], ...]
    beside: frozenset[str]
    between: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """The words of a file. Raises DataFileError."""
        return read_as(path, cls)

    def __call__(self, text: str) -> bool:
        if "?" in text or "¿" in text:
            return False
        split = self.between.split(_APOSTROPHE.sub("", fold(text)))
        parts = [part for it in split if (part := " ".join(it.split())) and part not in self.beside]
        return bool(parts) and all(any(tells.fullmatch(part) for tells in self.tells) for part in parts)
