"""`puente classify`: what the live turn would decide about messages, the safety stage included; needs no server."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.config import ROOT, ConfigError
from bot.safety import Screen, Verdict
from bot.supervisor.training import ENGINE_PYTHON, engine_environment, ensure_model
from bot.texts import Command, TextBook

ANSWERED_BY_RULES = ("emergency", "crisis")


def texts_in(lines: Iterable[str]) -> list[str]:
    """One message per line: plain, or JSONL with `text`."""
    return [_text(line.rstrip("\r\n")) for line in lines if line.strip()]


def _text(line: str) -> str:
    if not line.lstrip().startswith("{"):
        return line
    try:
        data = json.loads(line)
    except ValueError:
        return line
    return data["text"] if isinstance(data, dict) and isinstance(data.get("text"), str) else line


def classify(texts: list[str]) -> Iterator[dict[str, Any]]:
    """One verdict a text: text, label, confidence, ranking, language, safety; `unsure` when the assistant would ask back."""
    screen = Screen.load(ROOT / "data" / "safety")
    book = TextBook.load(ROOT / "data" / "texts")
    for text, understood in zip(texts, understand(texts), strict=True):
        ruled = _ruled_by(screen(text), book.command(text))
        verdict = {**(_ruled(understood, ruled) if ruled else understood), "text": text}
        # What the rules do not see, the model's label raises (actions/safety.py).
        yield {**verdict, "safety": verdict["label"] if verdict["label"] in ANSWERED_BY_RULES else None}


def _ruled_by(verdict: Verdict | None, command: Command | None) -> str | None:
    """The label that rules decide before the model is asked: a danger, or the wish not to be written to."""
    if verdict and verdict.kind.value in ANSWERED_BY_RULES:
        return verdict.kind.value
    return "opt_out" if command and command.name == "opt_out" else None


def understand(texts: list[str], *, explained: bool = False) -> list[dict[str, Any]]:
    """What the engine's model makes of each text, in the engine's own environment; `explained`: with what weighed most.

    Raises ConfigError with the engine's last words.
    """
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    command = [str(ENGINE_PYTHON), "-m", "engine.classify", str(ensure_model())]
    command += ["--explain"] if explained else []
    run = subprocess.run(  # noqa: S603 (our own engine)
        command, input=lines, capture_output=True, text=True, cwd=ROOT, env=engine_environment(), check=False
    )
    if run.returncode:
        raise ConfigError([f"The engine could not classify: {run.stderr.strip().splitlines()[-1:]}"])
    return [json.loads(line) for line in run.stdout.splitlines()]


def _ruled(understood: dict[str, Any], label: str) -> dict[str, Any]:
    """A rule decided before the model was asked."""
    others = [item for item in understood["ranking"] if item["label"] != label]
    ranking = [{"label": label, "confidence": 1.0}, *others]
    return {**understood, "label": label, "confidence": 1.0, "ranking": ranking, "unsure": False}


def read_file(file: Path | None, standard_input: Iterable[str]) -> list[str]:
    """The messages of a file, or of standard input."""
    if file is None:
        return texts_in(standard_input)
    return texts_in(file.read_text("utf-8").splitlines())
