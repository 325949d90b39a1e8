"""An evaluation as one web page that needs nothing from elsewhere: no script, no font, no picture."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.evaluate import figures
from bot.evaluate.judged import Judged
from bot.texts import Labels

SHOWN_CONFUSIONS = 40
SHOWN_EXAMPLES = 40
FAINTEST = 0.2  # of a cell's colour: a single message must still be seen


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the matrix where there are messages. `strength`: of its colour, 0 to 1."""

    row: int
    column: int
    label: str
    taken_for: str
    messages: int
    share: float
    strength: float


def page(judged: Sequence[Judged], labels: Labels, *, title: str, judged_by: str, at: datetime) -> str:
    """The page as HTML. `judged_by` says which model judged; `at` when. It quotes messages."""
    found = {"title": title, "judged_by": judged_by, "at": at, "messages": len(judged)}
    return _template().render(**found, **_figures(judged), **_matrix(judged, labels))


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    confusions = figures.confusions(judged)
    wrong = figures.surest([one for one in judged if not one.right])
    return {
        "accuracy": figures.accuracy(judged),
        "top_three": figures.top_three(judged),
        "macro_f1": figures.macro_f1(judged),
        "calibration_error": figures.calibration_error(judged),
        "danger": figures.danger(judged),
        "languages": _parts(judged, lambda one: one.language),
        "writers": _parts(judged, lambda one: one.writer),
        "scores": sorted(figures.scores(judged), key=lambda score: (score.f1, score.label)),
        "bands": figures.bands(judged),
        "confusions": confusions[:SHOWN_CONFUSIONS],
        "confusions_in_all": len(confusions),
        "examples": wrong[:SHOWN_EXAMPLES],
        "wrong": len(wrong),
    }


def _parts(judged: Sequence[Judged], key: Callable[[Judged], str]) -> list[dict[str, Any]]:
    """A row for each language or writer that is told, with its own figures."""
    return [
        {
            "name": name,
            "messages": len(some),
            "accuracy": figures.accuracy(some),
            "top_three": figures.top_three(some),
            "macro_f1": figures.macro_f1(some),
        }
        for name, some in sorted(figures.grouped(judged, key).items())
        if name
    ]


def _matrix(judged: Sequence[Judged], labels: Labels) -> dict[str, Any]:
    """The labels that occur, in their groups, and the cells where there are messages."""
    names = _in_order({name for one in judged for name in (one.label, one.taken_for)}, labels)
    groups = [labels.group(name) for name in names]
    return {
        "labels": names,
        "borders": [place for place in range(1, len(names)) if groups[place] != groups[place - 1]],
        "cells": list(_cells(judged, {name: place for place, name in enumerate(names)})),
        "heaviest": _heaviest(judged),
    }


def _cells(judged: Sequence[Judged], places: dict[str, int]) -> Iterator[Cell]:
    wanted, heaviest = Counter(one.label for one in judged), _heaviest(judged)
    for (label, other), messages in Counter((one.label, one.taken_for) for one in judged).items():
        share = messages / wanted[label]
        strength = share if label == other else sqrt(share / heaviest)  # most confusions are rare
        strength = FAINTEST + (1 - FAINTEST) * strength
        yield Cell(places[label], places[other], label, other, messages, share, strength)


def _heaviest(judged: Sequence[Judged]) -> float:
    """The largest share of a label's messages that was taken for one other; 0 when all is right."""
    return max((one.share for one in figures.confusions(judged)), default=0.0)


def _in_order(names: set[str], labels: Labels) -> list[str]:
    """As data/labels.yml has them; what it has not comes last."""
    known = [name for name in labels.names if name in names]
    return [*known, *sorted(names - set(known))]


def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    return environment.get_template("page.html.j2")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
