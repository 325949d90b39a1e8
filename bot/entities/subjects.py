"""Which care a message is about: its specialties, each for adults or for children."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.entities.named import Named

_REACH = 45  # characters between "oncólogo" and "para niños" that still belong together
_CHILD = "+child"
_GENERAL = "pediatrics"  # which "cardiólogo pediatra" names too, and does not mean


@dataclass(frozen=True)
class Subject:
    """A specialty of data/entities, and whether it is for children. As text: "oncology", "oncology+child"."""

    specialty: str
    child: bool = False

    def __str__(self) -> str:
        return self.specialty + (_CHILD if self.child else "")

    @classmethod
    def read(cls, text: str) -> Subject:
        """The subject that `str` wrote."""
        return cls(text.removesuffix(_CHILD), text.endswith(_CHILD))


def subjects(named: Sequence[Named], *, child: bool = False) -> list[Subject]:
    """What is asked for, each once, in order; with `child` everything is for children."""
    specialties = [one for one in named if one.kind == "specialty"]
    several = len({one.value for one in specialties}) > 1
    meant = [one for one in specialties if not (several and one.value == _GENERAL)]
    return list(dict.fromkeys(Subject(one.value, child or _for_child(one, named)) for one in meant))


def _for_child(specialty: Named, named: Iterable[Named]) -> bool:
    groups = (one for one in named if one.kind == "age_group" and one.value == "child")
    return any(max(specialty.start - one.end, one.start - specialty.end) <= _REACH for one in groups)
