"""One sentence that a person reads, in both languages, and what makes it fit to be said."""

from collections.abc import Iterator
from datetime import date
from re import compile as pattern
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PLACEHOLDER = pattern(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
LONGEST_WITH_BUTTONS = 1024  # WhatsApp quick reply and list body (platform.md 1.7)
LONGEST = 1600  # Twilio's Body, else error 21617 (platform.md 1.5)
LONGEST_TITLE = 20  # WhatsApp button title
MOST_BUTTONS = 10  # a WhatsApp list has at most 10 rows


class Wording(BaseModel):
    """The same thing said in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    es: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def text(self, language: str) -> str:
        return self.es if language == "es" else self.en


class Entry(Wording):
    """An entry of the files with sentences (`book.SENTENCES`). `relies_on`: facts that a value of the caller comes from.
    `reviewed`: when it was last read against its source; `review_by`: when it is to be read again, if somebody said so."""

    buttons: tuple[str, ...] = ()
    source: str = ""
    reviewed: date | None = None
    review_by: date | None = None
    relies_on: tuple[str, ...] = ()
    without_facts: Wording | None = None

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts that must be sayable for this wording to be said."""
        named = {name.removeprefix("fact.") for name in placeholders(self.es) if name.startswith("fact.")}
        return frozenset(named | set(self.relies_on))

    @property
    def numbers(self) -> frozenset[str]:
        used = {name for wording in self.wordings for name in placeholders(wording.es)}
        return frozenset(name.removeprefix("number.") for name in used if name.startswith("number."))

    @property
    def wordings(self) -> tuple[Wording, ...]:
        return (self, self.without_facts) if self.without_facts else (self,)

    @property
    def longest(self) -> int:
        """Characters that one bubble with this entry may have."""
        return LONGEST_WITH_BUTTONS if self.buttons else LONGEST


def placeholders(text: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text))


def faults(entry: Entry, buttons: frozenset[str]) -> Iterator[str]:
    """What makes an entry unfit, one line each. `buttons`: the names that have a title."""
    for wording in entry.wordings:
        yield from _wording_faults(wording, entry.longest)
    if entry.facts and entry.without_facts is None:
        yield "uses facts, so it needs without_facts for an office that may not say them"
    if entry.without_facts and _values(entry.without_facts.es) - _values(entry.es):
        yield "without_facts has a placeholder that the text itself has not"
    if entry.without_facts and any(name.startswith("fact.") for name in placeholders(entry.without_facts.es)):
        yield "without_facts may not use facts itself"
    yield from (f"the button {name!r} is not in buttons.yml" for name in entry.buttons if name not in buttons)
    if len(entry.buttons) > MOST_BUTTONS:
        yield f"has {len(entry.buttons)} buttons; {MOST_BUTTONS} at most"


def _wording_faults(wording: Wording, longest: int) -> Iterator[str]:
    if placeholders(wording.es) != placeholders(wording.en):
        odd = sorted(placeholders(wording.es) ^ placeholders(wording.en))
        yield f"the placeholders {', '.join(odd)} are not in both languages"
    for language in ("es", "en"):
        text = wording.text(language)
        if len(text) > longest:
            yield f"{language} has {len(text)} characters; {longest} at most"
        if any(brace in PLACEHOLDER.sub("", text) for brace in "{}"):
            yield f"{language} has a brace that is no placeholder"


def _values(text: str) -> frozenset[str]:
    return frozenset(name for name in placeholders(text) if "." not in name)
