"""Messages of which it is known what they mean, and what they were taken for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.classify import classify


@dataclass(frozen=True, slots=True)
class Judged:
    """One message: what it was, what it was taken for and how surely (0 to 1), and the three likeliest labels."""

    text: str
    label: str
    language: str
    taken_for: str
    best_three: tuple[str, ...]
    confidence: float
    writer: str = ""  # empty: not told

    @property
    def right(self) -> bool:
        return self.label == self.taken_for


def judge(lines: Iterable[str]) -> list[Judged]:
    """Classify every row of JSONL that has `text` and `label`; `language` and `writer` are taken over.

    Raises ValueError for what is no JSONL, and when no row has both.
    """
    labelled = [row for row in _rows(lines) if _is_said(row.get("label")) and _is_said(row.get("text"))]
    if not labelled:
        raise ValueError("There are no lines with text and label.")
    verdicts = classify([row["text"] for row in labelled])
    return [_judged(row, verdict) for row, verdict in zip(labelled, verdicts, strict=True)]


def _judged(row: Mapping[str, Any], verdict: Mapping[str, Any]) -> Judged:
    return Judged(
        text=row["text"],
        label=row["label"],
        language=str(row.get("language") or verdict["language"]),
        taken_for=verdict["label"],
        best_three=tuple(item["label"] for item in verdict["ranking"][:3]),
        confidence=float(verdict["confidence"]),
        writer=str(row.get("writer") or ""),
    )


def read_judged(lines: Iterable[str]) -> list[Judged]:
    """What `python -m bench.writers --out` wrote: each message judged by a model that has not learnt from its writer.

    Raises ValueError naming the line that is something else.
    """
    judged = [_as_written(number, row) for number, row in enumerate(_rows(lines), start=1)]
    if not judged:
        raise ValueError("There are no judged messages.")
    return judged


def _as_written(number: int, row: Mapping[str, Any]) -> Judged:
    try:
        best = tuple(str(label) for label in row["ranking"][:3])
        return Judged(
            text=str(row["text"]),
            label=str(row["label"]),
            language=str(row["language"]),
            taken_for=best[0],
            best_three=best,
            confidence=float(row["confidence"]),
            writer=str(row["writer"]),
        )
    except (KeyError, IndexError, TypeError, ValueError):
        wanted = "text, writer, language, label, ranking and confidence"
        raise ValueError(
            f"Message {number} has not {wanted}, as python -m bench.writers --out writes them."
        ) from None


def _rows(lines: Iterable[str]) -> Sequence[dict[str, Any]]:
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise ValueError(f"Line {number} is no JSON object: expected one message per line, as JSONL.")
        rows.append(row)
    return rows


def _is_said(value: object) -> bool:
    return isinstance(value, str) and bool(value)
