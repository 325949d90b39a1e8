"""The words understood as commands, whatever the dialogue is doing. They are in data/texts/commands.yml."""

from collections.abc import Mapping
from functools import cached_property
from re import compile as pattern
from re import split, sub
from typing import Literal, NamedTuple, Self
from unicodedata import combining, normalize

from pydantic import BaseModel, ConfigDict, model_validator

_NUMBER = pattern(r"#?(\d{1,9})")
_EDGES = " \t\r\n.,;:!?¡¿…\"'“”«»()*_"


class Command(NamedTuple):
    """A command by name. `rest`: the case number (digits or empty), or the note as typed, or empty."""

    name: str
    rest: str


class CommandWords(BaseModel):
    """How one command is said, and whose it is (`of`). `takes`: nothing (the word is the whole message), a case number, or a
    text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    takes: Literal["nothing", "number", "text"]
    of: Literal["consultants", "contacts", "both"] = "consultants"
    es: tuple[str, ...]
    en: tuple[str, ...]

    @model_validator(mode="after")
    def _is_said_in_both_languages(self) -> Self:
        if not (self.es and self.en):
            raise ValueError("expected words in es and en")
        return self

    @cached_property
    def said(self) -> frozenset[str]:
        """As `plain` makes them."""
        return frozenset(plain(word) for word in (*self.es, *self.en))

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """Those of several words: "tomar el relevo"."""
        return tuple(said for said in self.said if " " in said)


def understand(text: str, words: Mapping[str, CommandWords], number_words: frozenset[str]) -> Command | None:
    """The command a message is, or None. Case, accents, punctuation at its ends, `/…@bot` do not matter."""
    typed = _Typed(sub(r"^\s*/(\w+)(@\w+)?", r"\1", text))
    for name, command in words.items():
        rest = _rest(typed, command, number_words)
        if rest is not None:
            return Command(name, rest)
    return None


def plain(text: str) -> str:
    """Lower case, no accents, single blanks, nothing around it."""
    bare = "".join(mark for mark in normalize("NFD", text) if not combining(mark))
    return " ".join(bare.casefold().strip(_EDGES).split())


class _Typed:
    """A message as every command looks at it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = plain(text)
        first, self.after_first = (*split(r"[\s:]+", text.strip(), maxsplit=1), "")[:2]
        self.first = plain(first)


def _rest(typed: _Typed, command: CommandWords, number_words: frozenset[str]) -> str | None:
    if typed.plain in command.said:
        return ""
    if command.takes == "nothing":
        return None
    phrase = next((words for words in command.phrases if typed.plain.startswith(f"{words} ")), "")
    if phrase and command.takes == "text":
        return typed.text.split(maxsplit=len(phrase.split()))[-1].strip()
    if phrase:
        return _case_number(typed.plain.removeprefix(phrase), number_words)
    if typed.first not in command.said:
        return None
    return (
        typed.after_first.strip()
        if command.takes == "text"
        else _case_number(typed.after_first, number_words)
    )


def _case_number(rest: str, number_words: frozenset[str]) -> str | None:
    """The number after the command. Anything else is a message to a patient that begins with that word."""
    tokens = [token for token in plain(rest).split() if token not in number_words]
    match = _NUMBER.fullmatch(tokens[0]) if len(tokens) == 1 else None
    return match.group(1) if match else None
