"""One thing that a text names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Named:
    """`kind` (specialty, age_group, relative, city, insurer, doctor, time), `value` (a key of data/entities, a name or an
    ISO 8601 moment), and where it stands in the text, in characters."""

    kind: str
    value: str
    start: int
    end: int

    @classmethod
    def of_rasa(cls, entities: Iterable[Mapping[str, Any]]) -> list[Named]:
        """What Rasa reports as the entities of a message."""
        return [
            cls(str(one["entity"]), str(one["value"]), int(one.get("start", 0)), int(one.get("end", 0)))
            for one in entities
        ]


def values(named: Iterable[Named], kind: str) -> list[str]:
    """Each value of a kind once, in order."""
    return list(dict.fromkeys(one.value for one in named if one.kind == kind))
