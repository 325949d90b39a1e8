"""What a message can mean: data/labels.yml, for people (cards, the console) and for the urgency of a case."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from bot.datafile import read_as

type Urgency = Literal["normal", "high", "urgent"]


class _Title(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    es: str
    en: str


class _Label(_Title):
    group: str
    urgency: Urgency
    definition: str


class Labels(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, _Title]  # in order of precedence
    labels: dict[str, _Label]
    boundaries: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """The labels of a file. Raises DataFileError."""
        return read_as(path, cls)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.labels)

    def title(self, label: str, language: str) -> str:
        """A short title for a consultant's card. Raises KeyError for an unknown label."""
        return self.labels[label].es if language == "es" else self.labels[label].en

    def urgency(self, label: str) -> Urgency:
        """How urgent a case with this topic is, unless something says otherwise."""
        return self.labels[label].urgency

    def group(self, name: str) -> str:
        """The group of a label; empty for what is none (`greet.again`, a variant of an answer)."""
        return self.labels[name].group if name in self.labels else ""

    def definition(self, label: str) -> str:
        return self.labels[label].definition

    @model_validator(mode="after")
    def _every_group_is_known(self) -> Self:
        for name, label in self.labels.items():
            if label.group not in self.groups:
                raise ValueError(f"{name}: expected one of the groups {', '.join(self.groups)}")
        return self
