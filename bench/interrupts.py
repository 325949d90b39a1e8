"""When does a question interrupt a free-text step of a request, and when is it the answer?

    .venv/bin/python -m bench.interrupts JUDGED.jsonl

JUDGED is what `bench.writers --out` wrote: every message judged by what other writers taught. Messages of patients who tell
of an illness stand for answers, questions for interruptions; printed is, for each threshold, how many of each would interrupt.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from actions.interrupting import may_interrupt

STORIES = ("request_referral", "second_opinion", "medical_advice")
THRESHOLDS = (0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("judged", type=Path)
    lines = parser.parse_args().judged.read_text(encoding="utf-8").splitlines()
    judged = [json.loads(line) for line in lines]
    stories = [one for one in judged if one["label"] in STORIES]
    questions = [one for one in judged if may_interrupt(one["label"])]
    sys.stdout.write(f"{len(stories)} stories, {len(questions)} questions\n")
    for threshold in THRESHOLDS:
        lost, found = _share(stories, threshold), _share(questions, threshold)
        sys.stdout.write(f"{threshold}: {lost:.2%} of stories interrupt, {found:.2%} of questions\n")


def _share(judged: Sequence[dict[str, Any]], threshold: float) -> float:
    taken: list[bool] = [
        may_interrupt(one["ranking"][0]) and one["confidence"] >= threshold for one in judged
    ]
    return sum(taken) / len(taken)


if __name__ == "__main__":
    main()
