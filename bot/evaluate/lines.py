"""An evaluation as lines of text."""

from collections.abc import Iterator, Sequence

from bot.evaluate import figures
from bot.evaluate.judged import Judged

SHOWN_CONFUSIONS = 30


def lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Lines for people: accuracy, macro-F1, top-3; per language and writer; per label; confusions."""
    yield f"{len(judged)} messages"
    yield f"{_right(judged)} · macro-F1 {figures.macro_f1(judged):.1%}"
    for language, some in sorted(figures.grouped(judged, lambda one: one.language).items()):
        yield f"  {language:<6} {_share(some)}"
    for writer, some in sorted(figures.grouped(judged, lambda one: one.writer).items()):
        if writer:
            yield f"  writer {writer:<12} {_share(some)}"
    for score in figures.scores(judged):
        yield f"  {score.label:<24} recall {score.recall:6.1%} of {score.messages}"
    for one in figures.confusions(judged)[:SHOWN_CONFUSIONS]:
        yield f"  {one.messages:>4} x {one.label} taken for {one.taken_for}"


def _right(judged: Sequence[Judged]) -> str:
    return f"accuracy {figures.accuracy(judged):.1%} · top-3 {figures.top_three(judged):.1%}"


def _share(some: Sequence[Judged]) -> str:
    return f"{figures.accuracy(some):.1%} of {len(some)} · top-3 {figures.top_three(some):.1%}"
