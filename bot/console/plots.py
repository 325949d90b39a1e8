"""Columns and bars of a plot, as numbers: the templates draw them as SVG, without a script, in the page's colours."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 160.0
GAP = 0.2  # of a column's room


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a plot and where it is drawn, in the units of its SVG."""

    name: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plot:
    """`most`: the highest column; `ends`: what stands under the first, the middle and the last one."""

    columns: Sequence[Column]
    most: int
    ends: Sequence[str]


def plot(named: Sequence[tuple[str, int]]) -> Plot:
    """A column for each (name, count), in their order. Without any, a plot without columns."""
    most = max((count for _, count in named), default=0)
    room = WIDTH / max(len(named), 1)
    columns = []
    for place, (name, count) in enumerate(named):
        height = HEIGHT * count / max(most, 1)
        x, width = place * room + room * GAP / 2, room * (1 - GAP)
        columns.append(
            Column(name, count, round(x, 1), round(HEIGHT - height, 1), round(width, 1), round(height, 1))
        )
    names = [name for name, _ in named]
    return Plot(columns, most, [names[0], names[len(names) // 2], names[-1]] if names else ())
