"""`python -m engine.classify`: the same understanding as the running engine, from a pipe."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import LABELS, PYTHON, ROOT, Engine

TEXTS = [
    "cuánto cuesta la consulta",
    "I want a second opinion on my diagnosis",
    "oiga kiero canselar mi sita",
    "xyzzy plugh",
    "ok",
    "/emergency",
    "",
    "a\nb",
    "💥",
]
MANY = ["¿Cuánto cuesta la consulta para mi mamá, que vive en Puebla?"] * 1000


@dataclass
class Run:
    answers: list[dict[str, Any]]
    seconds: float


@pytest.fixture(scope="module")
def run(model: Path) -> Run:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in [*TEXTS, *MANY])
    command = [str(PYTHON), "-m", "engine.classify", str(model)]
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, input=lines.encode(), capture_output=True, check=True)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return Run(answers, time.monotonic() - start)


def test_answers_are_those_of_the_running_engine(run: Run, engine: Engine) -> None:
    for answer in [answer for answer in run.answers[: len(TEXTS)] if not answer["text"].startswith("/")]:
        parsed = engine.parse(answer["text"])
        ranking = [entry for entry in parsed["intent_ranking"] if entry["name"] != "nlu_fallback"]
        assert [entry["label"] for entry in answer["ranking"]] == [entry["name"] for entry in ranking]
        assert abs(answer["confidence"] - ranking[0]["confidence"]) < 1e-6
        assert answer["unsure"] == (parsed["intent"]["name"] == "nlu_fallback")
        assert answer["language"] == parsed["language"]


def test_answers_come_in_order_with_labels_of_the_taxonomy_only(run: Run) -> None:
    assert [answer["text"] for answer in run.answers] == [*TEXTS, *MANY]
    for answer in run.answers[: len(TEXTS)]:
        assert answer["label"] == answer["ranking"][0]["label"]
        assert len(answer["ranking"]) == LABELS
        assert "nlu_fallback" not in {entry["label"] for entry in answer["ranking"]}
        assert abs(sum(entry["confidence"] for entry in answer["ranking"]) - 1) < 1e-6


def test_text_of_a_person_is_never_taken_for_an_intent(run: Run) -> None:
    assert run.answers[TEXTS.index("/emergency")]["confidence"] < 1


def test_thousand_messages_take_less_than_thirty_seconds(run: Run) -> None:
    assert run.seconds < 30
