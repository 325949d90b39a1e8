"""Whether a message says that help was called, is coming or is there, and nothing else: data/help_coming.yml."""

import functools
import re

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.config import ROOT
from bot.datafile import DataFileError, problems, read_yaml
from engine.folding import fold

FILE = ROOT / "data" / "help_coming.yml"
_APOSTROPHE = re.compile(r"['’]")


class HelpComingFileError(ValueError):
    """data/help_coming.yml is wrong. One line per problem."""


class _HelpComing(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tells: tuple[re.Pattern[str], ...]
    beside: frozenset[str]
    between: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    def __call__(self, text: str) -> bool:
        if "?" in text or "¿" in text:
            return False
        split = self.between.split(_APOSTROPHE.sub("", fold(text)))
        parts = [part for it in split if (part := " ".join(it.split())) and part not in self.beside]
        return bool(parts) and all(any(tells.fullmatch(part) for tells in self.tells) for part in parts)


@functools.cache
def help_is_coming() -> _HelpComing:
    """The words of the file, ready. Raises HelpComingFileError."""
    try:
        return _HelpComing.model_validate(read_yaml(FILE))
    except DataFileError as error:
        raise HelpComingFileError(str(error)) from None
    except ValidationError as error:
        raise HelpComingFileError("\n".join(f"{FILE.name}: {it}" for it in problems(error))) from None
