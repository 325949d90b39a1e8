"""The Rasa project itself, as a Rasa developer meets it."""

import os
import subprocess
from pathlib import Path

import yaml

from bot.texts import Labels
from tests.engine.conftest import LEAN_RASA, PYTHON, ROOT

BUTTONS = {
    "intake_choice",
    "call_me",
    "helped",
    "not_helped",
    "spanish",
    "english",
    "consent",
    "no_consent",
    "my_files",
}
RASA = PYTHON.with_name("rasa")
QUIET = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def called(*command: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**QUIET, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_intents_are_the_labels_and_the_buttons() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    assert set(domain["intents"]) == set(Labels.load(ROOT / "data" / "labels.yml").names) | BUTTONS


def test_project_is_valid_without_a_warning_of_rasa() -> None:
    """With the folder `data` as it is: texts, facts and safety rules beside the training data do not disturb."""
    done = called(RASA, "data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "UserWarning" not in done.stderr


def test_engine_refuses_to_serve_from_memory(model: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "endpoints.yml"
    nowhere.write_text("action_endpoint:\n  url: http://127.0.0.1:9/webhook\n")
    run = ("run", "--enable-api", "-i", "127.0.0.1", "-p", "0", "--credentials", "credentials.yml")
    done = called(*LEAN_RASA, *run, "--endpoints", nowhere, "--model", model, RASA_TOKEN="t")
    assert done.returncode != 0


def test_engine_refuses_to_start_without_a_token(model: Path) -> None:
    done = called(PYTHON, "-m", "engine.run", "--model", model, "--port", "1", RASA_TOKEN="")
    assert done.returncode != 0
    assert "RASA_TOKEN" in done.stderr
