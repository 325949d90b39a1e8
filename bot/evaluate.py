"""`puente evaluate`: how well labelled messages are understood, by exactly what `puente classify` says of them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.classify import classify

SHOWN_CONFUSIONS = 30


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: what it was, what it was taken for, and the three likeliest labels."""

    label: str
    language: str
    taken_for: str
    best_three: tuple[str, ...]


def report(lines: Iterable[str]) -> Iterator[str]:
    """Lines for people: accuracy, macro-F1, top-3; per language; per label; confusions. Raises ValueError without labels."""
    judged = judge([json.loads(line) for line in lines if line.strip()])
    yield f"{len(judged)} messages"
    yield f"accuracy {accuracy(judged):.1%} · top-3 {top_three(judged):.1%} · macro-F1 {macro_f1(judged):.1%}"
    for language in sorted({one.language for one in judged}):
        some = [one for one in judged if one.language == language]
        yield f"  {language:<6} {accuracy(some):.1%} of {len(some)} · top-3 {top_three(some):.1%}"
    for label in sorted({one.label for one in judged}):
        some = [one for one in judged if one.label == label]
        yield f"  {label:<24} recall {accuracy(some):6.1%} of {len(some)}"
    confused = Counter((one.label, one.taken_for) for one in judged if one.label != one.taken_for)
    for (label, taken_for), count in confused.most_common(SHOWN_CONFUSIONS):
        yield f"  {count:>4} x {label} taken for {taken_for}"


def judge(rows: Sequence[dict[str, str]]) -> list[Judged]:
    """Classify every row that has `text` and `label`."""
    labelled = [row for row in rows if row.get("label") and row.get("text")]
    if not labelled:
        raise ValueError("there are no lines with text and label")
    verdicts = classify([row["text"] for row in labelled])
    return [
        Judged(
            row["label"],
            row.get("language") or verdict["language"],
            verdict["label"],
            tuple(item["label"] for item in verdict["ranking"][:3]),
        )
        for row, verdict in zip(labelled, verdicts, strict=True)
    ]


def accuracy(judged: Sequence[Judged]) -> float:
    return sum(one.label == one.taken_for for one in judged) / len(judged)


def top_three(judged: Sequence[Judged]) -> float:
    return sum(one.label in one.best_three for one in judged) / len(judged)


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean over the labels that occur of the harmonic mean of precision and recall."""
    labels = {one.label for one in judged}
    right = Counter(one.label for one in judged if one.label == one.taken_for)
    wanted, given = Counter(one.label for one in judged), Counter(one.taken_for for one in judged)
    return sum(2 * right[label] / (wanted[label] + given[label]) for label in labels) / len(labels)
