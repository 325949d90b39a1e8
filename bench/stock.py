"""This project's pipeline and Rasa's default one, side by side: the same messages to learn, the same writer to understand.

    engine/.venv/bin/python -m bench.stock [--writer WRITER] [--each 30]

Rasa's default pipeline (the one that `rasa init` comments in: counted words and letters into DIET, 100 epochs) would
need hours for all messages, so both learn EACH messages a label, drawn evenly from the other writers. Runs in the
engine's environment.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import yaml

from bench.engine import ROOT, learn, read_all
from engine.examples import Example

SEED = 20
DEFAULT = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--writer", default="norte")
    parser.add_argument("--each", type=int, default=30)
    options = parser.parse_args()
    examples = read_all(ROOT / "data" / "nlu")
    unseen = [one for one in examples if _writer(one) == options.writer]
    drawn = _drawn([one for one in examples if _writer(one) != options.writer], options.each)
    _say(f"{len(drawn)} messages to learn, {len(unseen)} of {options.writer} to understand")
    _ours(drawn, unseen)
    _stock(drawn, unseen)


def _drawn(examples: list[Example], each: int) -> list[Example]:
    by_label: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        by_label[one.get("intent")].append(one)
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    return [one for some in by_label.values() for one in chance.sample(some, min(each, len(some)))]


def _ours(drawn: list[Example], unseen: list[Example]) -> None:
    started = time.monotonic()
    learnt = learn(drawn)
    seconds = time.monotonic() - started
    rows = learnt.probabilities(unseen)
    _report(
        "this project", [[learnt.labels[i] for i in (-row).argsort()[:3]] for row in rows], unseen, seconds
    )


def _stock(drawn: list[Example], unseen: list[Example]) -> None:
    """In processes of their own: this one has left TensorFlow out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.yml").write_text(
            yaml.safe_dump({"recipe": "default.v1", "language": "es", "pipeline": DEFAULT})
        )
        (folder / "messages.yml").write_text(_as_rasa_writes(drawn), encoding="utf-8")
        started = time.monotonic()
        _run(
            "-m",
            "rasa",
            "train",
            "nlu",
            "-c",
            f"{name}/config.yml",
            "-u",
            f"{name}/messages.yml",
            "--out",
            name,
        )
        seconds = time.monotonic() - started
        lines = "".join(json.dumps({"text": one.get("text")}) + "\n" for one in unseen)
        understood = _run("-m", "engine.classify", name, told=lines).splitlines()
    best = [[entry["label"] for entry in json.loads(line)["ranking"][:3]] for line in understood]
    _report("Rasa's default", best, unseen, seconds)


def _run(*arguments: str, told: str = "") -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, input=told, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603


def _as_rasa_writes(examples: list[Example]) -> str:
    by_label: dict[str, list[str]] = defaultdict(list)
    for one in examples:
        by_label[one.get("intent")].append(f"- {one.get('text')}")
    blocks = [{"intent": label, "examples": "\n".join(lines) + "\n"} for label, lines in by_label.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10**6)


def _report(name: str, best: list[list[str]], unseen: list[Example], seconds: float) -> None:
    first = sum(labels[0] == one.get("intent") for labels, one in zip(best, unseen, strict=True)) / len(
        unseen
    )
    three = sum(one.get("intent") in labels for labels, one in zip(best, unseen, strict=True)) / len(unseen)
    _say(f"{name}: {first:.1%} right, {three:.1%} among the first three; trained in {seconds:.0f} s")


def _writer(example: Example) -> str:
    return str(example.get("metadata")["intent"]["writer"])


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
