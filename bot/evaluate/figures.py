"""The figures of an evaluation. Pure; shares are 0 to 1; none is asked of no messages."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.evaluate.judged import Judged

BANDS = 10  # of confidence, equally wide
DANGERS = ("emergency", "crisis")


@dataclass(frozen=True, slots=True)
class Score:
    """How one label fared. `messages` have it, `taken` were taken for it, `right` are both."""

    label: str
    messages: int
    taken: int
    right: int

    @property
    def precision(self) -> float | None:
        """None when nothing was taken for it."""
        return self.right / self.taken if self.taken else None

    @property
    def recall(self) -> float:
        return self.right / self.messages

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.messages + self.taken)


@dataclass(frozen=True, slots=True)
class Band:
    """Messages of like confidence: from `low` up to `high`, how sure on average, and how many of them were right."""

    low: float
    high: float
    messages: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Messages of one label that were taken for another. `share`: of all messages of the label."""

    label: str
    taken_for: str
    messages: int
    share: float
    example: str


@dataclass(frozen=True, slots=True)
class Danger:
    """Emergencies and crises: how many there were, how many were taken for either, and what was so without need."""

    messages: int
    found: int
    false_alarms: int


def accuracy(judged: Sequence[Judged]) -> float:
    return sum(one.right for one in judged) / len(judged)


def top_three(judged: Sequence[Judged]) -> float:
    return sum(one.label in one.best_three for one in judged) / len(judged)


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean of F1 over the labels that occur."""
    found = scores(judged)
    return sum(score.f1 for score in found) / len(found)


def scores(judged: Sequence[Judged]) -> list[Score]:
    """One for each label that occurs, by name."""
    wanted, taken = Counter(one.label for one in judged), Counter(one.taken_for for one in judged)
    right = Counter(one.label for one in judged if one.right)
    return [Score(label, wanted[label], taken[label], right[label]) for label in sorted(wanted)]


def confusions(judged: Sequence[Judged]) -> list[Confusion]:
    """The most frequent first; the example is the one that was taken wrongly with most confidence."""
    wanted = Counter(one.label for one in judged)
    wrong = grouped([one for one in judged if not one.right], lambda one: (one.label, one.taken_for))
    found = [
        Confusion(label, other, len(some), len(some) / wanted[label], surest(some)[0].text)
        for (label, other), some in wrong.items()
    ]
    return sorted(found, key=lambda one: (-one.messages, -one.share, one.label, one.taken_for))


def surest(judged: Sequence[Judged]) -> list[Judged]:
    """Those taken for something with most confidence first."""
    return sorted(judged, key=lambda one: -one.confidence)


def bands(judged: Sequence[Judged]) -> list[Band]:
    """The bands of confidence in which there are messages, the lowest first."""
    found = grouped(judged, lambda one: min(int(one.confidence * BANDS), BANDS - 1))
    return [
        Band(
            band / BANDS,
            (band + 1) / BANDS,
            len(some),
            sum(one.confidence for one in some) / len(some),
            accuracy(some),
        )
        for band, some in sorted(found.items())
    ]


def calibration_error(judged: Sequence[Judged]) -> float:
    """By how much confidence and right answers differ, on average over the messages (expected calibration error)."""
    gaps = (band.messages * abs(band.confidence - band.right) for band in bands(judged))
    return sum(gaps) / len(judged)


def danger(judged: Sequence[Judged]) -> Danger:
    """One danger taken for the other counts as found: both are answered with a number to call."""
    dangers = [one for one in judged if one.label in DANGERS]
    raised = [one for one in judged if one.taken_for in DANGERS]
    found = sum(one.taken_for in DANGERS for one in dangers)
    return Danger(len(dangers), found, len(raised) - found)


def grouped[Key](judged: Sequence[Judged], key: Callable[[Judged], Key]) -> dict[Key, list[Judged]]:
    found: dict[Key, list[Judged]] = defaultdict(list)
    for one in judged:
        found[key(one)].append(one)
    return dict(found)
