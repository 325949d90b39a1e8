"""Serving without TensorFlow, and with it where a model needs it."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.engine.conftest import PYTHON, ROOT, Engine

LEFT_OUT = "import sys; from engine.lean import leave_out_tensorflow_if_unused_by as leave_out; leave_out(sys.argv[1])"
OUTCOME = f"{LEFT_OUT}; from tensorflow import keras; print(type(keras).__name__)"
COMPUTES = f"{LEFT_OUT}; import tensorflow; tensorflow.constant(1)"


def model_of(parts: list[str], folder: Path) -> Path:
    """An archive with nothing but the description of what serves."""
    nodes = {str(number): {"uses": part} for number, part in enumerate(parts)}
    content = json.dumps({"predict_schema": {"nodes": nodes}}).encode()
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return path


def run(code: str, model: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(PYTHON), "-W", "ignore", "-c", code, str(model)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_our_pipeline_gets_a_stand_in(tmp_path: Path) -> None:
    ours = ["engine.classifier.LinearIntentClassifier", "rasa.core.policies.rule_policy.RulePolicy"]
    assert run(OUTCOME, model_of(ours, tmp_path)).stdout.strip() == "_Name"


def test_stand_in_never_pretends_to_compute(tmp_path: Path) -> None:
    done = run(COMPUTES, model_of(["engine.language.LanguageOfMessage"], tmp_path))
    assert "TensorFlow was left out" in done.stderr


def test_model_with_another_part_gets_the_real_one(tmp_path: Path) -> None:
    theirs = ["engine.language.LanguageOfMessage", "rasa.nlu.classifiers.diet_classifier.DIETClassifier"]
    assert (
        run(
            f"{LEFT_OUT}; print(len([f for f in sys.meta_path if 'StandIns' in type(f).__name__]))",
            model_of(theirs, tmp_path),
        ).stdout.strip()
        == "0"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_running_engine_has_not_loaded_tensorflow(engine: Engine) -> None:
    assert engine.process.popen is not None
    maps = Path(f"/proc/{engine.process.popen.pid}/maps").read_text()
    assert "numpy" in maps
    assert "tensorflow" not in maps
