"""People whose way of writing was not learnt are understood as well as they were when this was last measured."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from bench.safety import Screened, screened
from bot.app import safety_rules
from bot.config import ROOT
from bot.supervisor import training
from bot.supervisor.training import ENGINE_PYTHON, engine_environment

REACHED = yaml.safe_load((ROOT / "bench" / "reached.yml").read_text("utf-8"))
STORIES = REACHED["stories"]
LEEWAY = 1.0


@pytest.fixture(scope="module")
def judged(pytestconfig: pytest.Config) -> Path:
    """What a model makes of the messages of writers that it has not learnt from: a minute and a half of work, kept like the
    model itself until anything changes that it follows from (`pytest --cache-clear` forgets it)."""
    assert pytestconfig.cache
    folder = pytestconfig.cache.mkdir("judged")
    out = folder / f"{origin()}.jsonl"
    if not out.exists():
        shutil.rmtree(folder)
        folder.mkdir()
        unfinished = out.with_suffix(".unfinished")
        writers = ",".join((*REACHED["writers"], *STORIES["writers"]))
        command = [str(ENGINE_PYTHON), "-m", "bench.writers", "--only", writers, "--out", str(unfinished)]
        subprocess.run(command, cwd=ROOT, env=engine_environment(), check=True, capture_output=True)
        unfinished.rename(out)
    return out


def origin() -> str:
    """A digest of what the judgements follow from: all that makes a model, who is left out, and how it is judged."""
    left_out = (*REACHED["writers"], *STORIES["writers"])
    found = hashlib.sha256(f"{training.digest()} {left_out}".encode())
    for file in ("bench/engine.py", "bench/writers.py"):
        found.update((ROOT / file).read_bytes())
    return found.hexdigest()[:16]


@pytest.fixture(scope="module")
def understanding(judged: Path) -> Mapping[str, float]:
    rows = [json.loads(line) for line in judged.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["writer"] in REACHED["writers"]]
    figures = {
        "accuracy": _share([row["ranking"][0] == row["label"] for row in rows]),
        "top_three": _share([row["label"] in row["ranking"] for row in rows]),
    }
    for language in ("es", "en", "mixed"):
        some = [row for row in rows if row["language"] == language]
        figures[language] = _share([row["ranking"][0] == row["label"] for row in some])
    return figures


@pytest.fixture(scope="module")
def looked_at(judged: Path) -> Sequence[Screened]:
    """Each message as the rules and that model see it."""
    return screened(safety_rules(), [judged])


def _safety(looked_at: Sequence[Screened], writers: Sequence[str]) -> Mapping[str, float]:
    theirs = [one for one in looked_at if one.message.writer in writers]
    figures = {
        label: _share([one.is_alarm for one in theirs if one.message.label == label])
        for label in ("emergency", "crisis")
    }
    harmless = [one for one in theirs if one.message.label not in figures]
    return {**figures, "no_false_alarm": _share([not one.is_alarm for one in harmless])}


def _share(rights: list[bool]) -> float:
    return 100 * sum(rights) / len(rights)


@pytest.mark.parametrize("figure", ["accuracy", "top_three", "es", "en", "mixed"])
def test_understanding_has_not_become_worse(understanding: Mapping[str, float], figure: str) -> None:
    assert understanding[figure] >= REACHED[figure] - LEEWAY


@pytest.mark.parametrize("figure", ["emergency", "crisis", "no_false_alarm"])
def test_danger_is_recognised_as_well_as_before(looked_at: Sequence[Screened], figure: str) -> None:
    assert _safety(looked_at, REACHED["writers"])[figure] >= REACHED[figure] - LEEWAY


@pytest.mark.parametrize("figure", ["emergency", "crisis", "no_false_alarm"])
def test_danger_is_told_from_the_history_of_an_illness(looked_at: Sequence[Screened], figure: str) -> None:
    assert _safety(looked_at, STORIES["writers"])[figure] >= STORIES[figure] - LEEWAY
