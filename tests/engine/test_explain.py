"""`python -m engine.classify MODEL --explain`: what spoke most for the label."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.engine.conftest import PYTHON, ROOT

VIEWS = {"words", "lemmas", "letters", "concepts", "together"}


def classified(model: Path, *texts: str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    command = [str(PYTHON), "-m", "engine.classify", str(model), *options]
    done = subprocess.run(command, cwd=ROOT, input=lines.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_the_strongest_pieces_for_the_label_come_first(model: Path) -> None:
    (answer,) = classified(model, "cuánto cuesta la consulta", options=("--explain",))
    weights = [piece["weight"] for piece in answer["weighed"]]
    assert 0 < len(weights) <= 8
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0
    assert {piece["view"] for piece in answer["weighed"]} <= VIEWS
    written = [p["piece"].strip() for p in answer["weighed"] if p["view"] in ("words", "letters")]
    assert all(piece in "cuanto cuesta la consulta" for piece in written)


def test_a_message_of_which_nothing_is_known_has_none(model: Path) -> None:
    (answer,) = classified(model, "", options=("--explain",))
    assert answer["weighed"] == []


def test_the_rest_of_the_answer_is_the_same(model: Path) -> None:
    texts = ("cuánto cuesta la consulta", "mi papá no respira")
    explained = classified(model, *texts, options=("--explain",))
    for answer, plain in zip(explained, classified(model, *texts), strict=True):
        del answer["weighed"]
        assert answer == plain
