"""How well messages of people who were never learnt from are understood: the only honest figure.

    engine/.venv/bin/python -m bench.writers [--apart GROUPS] [--only WRITER,WRITER] [--out FILE]

Every message of data/nlu is judged by a model that has learnt from other writers only: the writers are put into GROUPS
groups, and each is judged by what was learnt from the others. Runs in the engine's environment, with the engine's own parts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from bench.engine import ROOT, Learnt, learn, read_all
from engine.examples import Example

LABELS = tuple(yaml.safe_load((ROOT / "data" / "labels.yml").read_text(encoding="utf-8"))["labels"])
DANGERS = ("emergency", "crisis")
ENOUGH = 10  # messages of every label
SHOWN = 15
BY_HAND = "office"  # corrections by the project itself, not a voice


@dataclass(frozen=True)
class Judged:
    """One message: who wrote it, what it was, and what it was taken for."""

    text: str
    writer: str
    language: str
    label: str
    ranking: list[str]
    confidence: float
    danger: float  # how likely it is an emergency or a crisis, together


def main() -> None:
    options = _options()
    started = time.monotonic()
    judged = [
        one for fold in _folds(options.apart, options.only.split(",") if options.only else []) for one in fold
    ]
    if options.out:
        Path(options.out).write_text(
            "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in judged)
        )
    for line in report(judged):
        _say(line)
    _say(f"in {time.monotonic() - started:.0f} s")


def _folds(groups: int, only: list[str]) -> Iterator[list[Judged]]:
    examples = read_all(ROOT / "data" / "nlu")
    for writers in _groups(examples, groups, only):
        seen = [one for one in examples if _writer(one) not in writers]
        unseen = [one for one in examples if _writer(one) in writers]
        fold = list(_judge(learn(seen), unseen))
        _say(f"{', '.join(sorted(writers))}: {_figures(fold)}")
        yield fold


def _groups(examples: list[Example], groups: int, only: list[str]) -> list[set[str]]:
    """The writers, the largest first, dealt out in turn."""
    if only:
        return [set(only)]
    sizes = Counter(_writer(one) for one in examples)
    writers = [writer for writer, _ in sizes.most_common() if writer != BY_HAND]
    return [set(writers[start :: groups or len(writers)]) for start in range(groups or len(writers))]


def _judge(learnt: Learnt, unseen: list[Example]) -> Iterator[Judged]:
    for example, ranking in zip(unseen, learnt.rankings(unseen), strict=True):
        told = example.get("metadata")["intent"]
        yield Judged(
            example.get("text"),
            told["writer"],
            told["language"],
            example.get("intent"),
            [entry["name"] for entry in ranking[:3]],
            ranking[0]["confidence"],
            sum(entry["confidence"] for entry in ranking if entry["name"] in DANGERS),
        )


def report(judged: list[Judged]) -> Iterator[str]:
    """Lines for people: per writer; then, of the writers of all labels, languages, lowest recalls, commonest confusions."""
    for writer, some in sorted(_by(judged, lambda one: one.writer).items()):
        yield f"  {writer}: {_figures(some)}"
    yield f"all {len(_by(judged, lambda one: one.writer))} writers: {_figures(judged)}"
    judged = _all_round(judged) or judged
    yield f"the {len(_by(judged, lambda one: one.writer))} writers of all labels: {_figures(judged)}"
    for language, some in sorted(_by(judged, lambda one: one.language).items()):
        yield f"  {language}: {_figures(some)}"
    recalls = {label: _accuracy(some) for label, some in _by(judged, lambda one: one.label).items()}
    for label, recall in sorted(recalls.items(), key=lambda item: item[1])[:SHOWN]:
        yield f"  recall {label}: {recall:.1%}"
    confused = Counter((one.label, one.ranking[0]) for one in judged if one.label != one.ranking[0])
    for (label, taken_for), times in confused.most_common(SHOWN):
        yield f"  {times} x {label} taken for {taken_for}"


def _all_round(judged: list[Judged]) -> list[Judged]:
    """Of those who wrote about everything; the others taught a few labels, and say little about patients at large."""
    counted = Counter((one.writer, one.label) for one in judged)
    writers = {one.writer for one in judged}
    chosen = {writer for writer in writers if all(counted[writer, label] >= ENOUGH for label in LABELS)}
    return [one for one in judged if one.writer in chosen]


def _figures(judged: list[Judged]) -> str:
    top_three = sum(one.label in one.ranking for one in judged) / len(judged)
    return f"{_accuracy(judged):.2%} right, {top_three:.2%} among the first three, of {len(judged)}"


def _accuracy(judged: list[Judged]) -> float:
    return sum(one.label == one.ranking[0] for one in judged) / len(judged)


def _by(judged: list[Judged], key: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        found[key(one)].append(one)
    return found


def _writer(example: Example) -> str:
    return str(example.get("metadata")["intent"]["writer"])


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--apart", type=int, default=0, help="groups of writers (0: each writer alone)")
    parser.add_argument("--only", default="", help="judge these writers only, together")
    parser.add_argument("--out", default="", help="every judgement as a line of JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
