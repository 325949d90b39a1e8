"""When does a question, or a danger, interrupt a free-text step of a request, and when is it the answer?

    .venv/bin/python -m bench.interrupts JUDGED.jsonl

JUDGED is what `bench.writers --out` wrote: every message judged by what other writers taught. Messages of patients who tell
of an illness stand for answers. Printed is, for each threshold, how many of them would interrupt, as a question or as a danger
(found by the rules, or as sure as that), and how many of the questions and dangers.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from actions.interrupting import may_interrupt
from bench.safety import WANTED
from bot.app import safety_rules

type Judged = dict[str, Any]

STORIES = ("request_referral", "second_opinion", "medical_advice")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("judged", type=Path)
    lines = parser.parse_args().judged.read_text(encoding="utf-8").splitlines()
    judged = [json.loads(line) for line in lines]
    stories = [one for one in judged if one["label"] in STORIES]
    questions = [one for one in judged if may_interrupt(one["label"])]
    dangers = [one for one in judged if one["label"] in WANTED]
    screen = safety_rules()
    for one in (*stories, *dangers):
        verdict = screen(one["text"])
        one["by_rule"] = verdict is not None and verdict.kind.value in WANTED
    sys.stdout.write(f"{len(stories)} stories, {len(questions)} questions, {len(dangers)} dangers\n")
    for threshold in THRESHOLDS:
        asks, warns = _asks(threshold), _warns(threshold)
        sys.stdout.write(
            f"{threshold}: as a question {_share(stories, asks)} of stories interrupt, {_share(questions, asks)} of questions;"
            f" as a danger {_share(stories, warns)} of stories, {_share(dangers, warns)} of dangers\n"
        )


def _asks(threshold: float) -> Callable[[Judged], bool]:
    return lambda one: may_interrupt(one["ranking"][0]) and one["confidence"] >= threshold


def _warns(threshold: float) -> Callable[[Judged], bool]:
    return lambda one: one["by_rule"] or one["danger"] >= threshold


def _share(judged: Sequence[Judged], interrupts: Callable[[Judged], bool]) -> str:
    return f"{sum(map(interrupts, judged)) / len(judged):.2%}" if judged else "none"


if __name__ == "__main__":
    main()
