"""Training messages: read from our files only as we write them, and misspelt always alike."""

import subprocess
from pathlib import Path

from bot.config import ROOT
from bot.supervisor.training import ENGINE_PYTHON, engine_environment
from tests.engine.conftest import LEAN


def run(script: str) -> "subprocess.CompletedProcess[str]":
    command = [str(ENGINE_PYTHON), "-c", LEAN + script]
    return subprocess.run(
        command, cwd=ROOT, env=engine_environment(), capture_output=True, text=True, check=False
    )


def test_messages_keep_their_label_and_writer(tmp_path: Path) -> None:
    (tmp_path / "ana.yml").write_text(
        "nlu:\n  - intent: greet\n    metadata: {language: es, writer: ana}\n    examples: |\n      - hola\n      - buenas\n"
    )
    done = run(
        "from pathlib import Path; from engine.examples import read; from copy import deepcopy\n"
        f"first, second = read(Path({str(tmp_path)!r}))\n"
        "assert (first.get('text'), first.get('intent')) == ('hola', 'greet')\n"
        "assert second.get('metadata')['intent']['writer'] == 'ana'\n"
        "assert first != second and deepcopy(first) == first\n"
    )
    assert done.returncode == 0, done.stderr


def test_what_rasa_knows_and_we_do_not_read_is_refused_with_the_file_named(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text("nlu:\n  - lookup: city\n    examples: |\n      - Puebla\n")
    done = run(f"from pathlib import Path; from engine.examples import read; read(Path({str(tmp_path)!r}))")
    assert done.returncode != 0
    assert "odd.yml: only intents" in done.stderr


def test_misspelt_copies_are_the_same_every_time_and_keep_the_label() -> None:
    done = run(
        "from engine.augmentation import copies; from engine.examples import Example\n"
        "said = [Example.build('quiero una segunda opinión por favor, gracias', 'second_opinion') for _ in range(40)]\n"
        "first, second = copies(said, 0.5), copies(said, 0.5)\n"
        "assert [c.get('text') for c in first] == [c.get('text') for c in second]\n"
        "assert 5 < len(first) < 35 and {c.get('intent') for c in first} == {'second_opinion'}\n"
        "assert any(c.get('text') != said[0].get('text') for c in first)\n"
    )
    assert done.returncode == 0, done.stderr
