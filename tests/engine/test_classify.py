"""`python -m engine.classify`: the same understanding as the running engine, from a pipe; with --explain, what spoke most
for the label."""

import json
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import LABELS, PYTHON, ROOT, Engine

TEXTS = [
    "cuánto cuesta la consulta",
    "mi papá no respira",
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


EXPLAINED = ["cuánto cuesta la consulta", "", "mi papá no respira"]
VIEWS = {"words", "lemmas", "letters", "concepts", "together"}


@dataclass
class Run:
    answers: list[dict[str, Any]]
    seconds: float  # of the processor, as others may keep it busy


def classified(model: Path, texts: list[str], *options: str) -> Run:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    command = [str(PYTHON), "-m", "engine.classify", str(model), *options]
    before = worked_by_children()
    done = subprocess.run(command, cwd=ROOT, input=lines.encode(), capture_output=True, check=True)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return Run(answers, worked_by_children() - before)


def worked_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def run(model: Path) -> Run:
    return classified(model, [*TEXTS, *MANY])


@pytest.fixture(scope="module")
def explained(model: Path) -> dict[str, dict[str, Any]]:
    """By its text, what is answered with --explain."""
    return {answer["text"]: answer for answer in classified(model, EXPLAINED, "--explain").answers}


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


def test_the_strongest_pieces_for_the_label_come_first(explained: dict[str, dict[str, Any]]) -> None:
    answer = explained["cuánto cuesta la consulta"]
    weights = [piece["weight"] for piece in answer["weighed"]]
    assert 0 < len(weights) <= 8
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0
    assert {piece["view"] for piece in answer["weighed"]} <= VIEWS
    written = [p["piece"].strip() for p in answer["weighed"] if p["view"] in ("words", "letters")]
    assert all(piece in "cuanto cuesta la consulta" for piece in written)


def test_a_message_of_which_nothing_is_known_has_none(explained: dict[str, dict[str, Any]]) -> None:
    assert explained[""]["weighed"] == []


def test_the_rest_of_the_answer_is_the_same(run: Run, explained: dict[str, dict[str, Any]]) -> None:
    plain = {answer["text"]: answer for answer in run.answers}
    for text in EXPLAINED:
        answer = {name: told for name, told in explained[text].items() if name != "weighed"}
        assert answer == plain[text]
