"""The journeys and their steps, from data/journeys.yml. Pure: also Rasa's actions read it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.datafile import read_as
from engine.folding import fold

FILE = Path(__file__).parents[2] / "data" / "journeys.yml"
CONSENT, SUMMARY = "consent", "summary"  # the step that needs a yes, and what follows the last step
SLIP = "slip"  # the journey that becomes no case of the one who tells it
FREE = ("words", "reach")  # kinds answered in a person's own words: only a sure question interrupts them

type Kind = Literal["consent", "choice", "relation", "specialty", "city", "age", "words", "phone", "reach"]
type Answer = dict[str, Any]
"""What one step was answered: {"value": a key}, {"words": as written}, both, or {"skipped": True}."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    kind: Kind
    needed: bool = False
    brief: bool = False
    names: bool = False
    only_if: dict[str, str] = Field(default_factory=dict)
    called: tuple[str, ...] = ()
    options: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    offered: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    if_yes: str = ""
    if_no: str = ""

    def meant(self, text: str) -> str:
        """The option that a text means by its words; the longest phrase decides. "" when it means none. What stands behind a
        question answers: "¿qué es mejor, WhatsApp o llamada? mejor por aquí"."""
        said = f" {plain(text.rpartition('?')[2]) or plain(text)} "
        found = [
            (len(word), -place, value)
            for place, (value, words) in enumerate(self.options.items())
            for word in words
            if f" {word} " in said
        ]
        return max(found)[2] if found else ""


class Journey(_Part):
    topic: str
    reason: str
    steps: tuple[str, ...]


class Journeys(_Part):
    journeys: dict[str, Journey]
    steps: dict[str, Step]
    skipping: tuple[str, ...]
    correcting: tuple[str, ...]
    asking: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """The journeys of a file. Raises DataFileError."""
        return read_as(path, cls)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for name, journey in self.journeys.items():
            if odd := [step for step in journey.steps if step not in self.steps]:
                raise ValueError(f"{name}: unknown steps: {', '.join(odd)}")
        for name, step in self.steps.items():
            if {step.if_yes, step.if_no} - {"", *step.options}:
                raise ValueError(f"{name}: if_yes and if_no name one of its options")
        return self

    def of_topic(self, label: str) -> str:
        """The journey that a label starts, or ""."""
        return next((name for name, one in self.journeys.items() if one.topic == label), "")

    def asked(self, journey: str, answers: Mapping[str, Answer]) -> Iterator[str]:
        """The steps that are asked, given what was answered: without those whose condition is not met."""
        for name in self.journeys[journey].steps:
            wanted = self.steps[name].only_if
            if all(answers.get(other, {}).get("value") == value for other, value in wanted.items()):
                yield name

    def next_step(self, journey: str, answers: Mapping[str, Answer], *, consented: bool) -> str:
        """The first step without an answer; `summary` when there is none."""
        open_ones = (name for name in self.asked(journey, answers) if name not in answers)
        return next((name for name in open_ones if not (name == CONSENT and consented)), SUMMARY)

    def named_to_change(self, journey: str, text: str) -> str:
        """The step that a text names to have it changed, or ""."""
        said = f" {plain(text)} "
        found = [
            (len(word), name)
            for name in self.journeys[journey].steps
            for word in self.steps[name].called
            if f" {word} " in said
        ]
        return max(found)[1] if found else ""

    def corrects(self, text: str) -> bool:
        """Whether a text says that something was wrong before."""
        said = f" {plain(text)} "
        return any(f" {word} " in said for word in self.correcting)

    def asks(self, text: str) -> bool:
        """Whether a text has the form of a question: its mark, or a word that begins one."""
        return "?" in text or f"{plain(text)} ".startswith(tuple(f"{word} " for word in self.asking))

    def skips(self, text: str) -> bool:
        """Whether the whole of a text asks to leave a step out."""
        return plain(text) in self.skipping


@cache
def journeys() -> Journeys:
    """The shipped ones."""
    return Journeys.load(FILE)


def plain(text: str) -> str:
    """Folded words with one space between: how data/journeys.yml writes them."""
    return " ".join(re.findall(r"[^\W_]+", fold(text)))
