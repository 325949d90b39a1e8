"""`make bench`: how well people are understood whose messages were not learnt, and how surely danger is found in them.

`make bench ARGS="--public FOLDER"` adds the public data sets (bench/public.py); `ARGS="--stock"` Rasa's default pipeline.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bench.safety import ROOT
from bench.safety import main as safety
from bot.supervisor.training import ENGINE_PYTHON, engine_environment

GROUPS = "6"  # of writers, each judged by what the other groups taught: minutes, not an hour


def main(public: Annotated[str, typer.Option()] = "", stock: Annotated[bool, typer.Option()] = False) -> None:
    with tempfile.TemporaryDirectory() as folder:
        judged = Path(folder) / "judged.jsonl"
        _in_the_engine("bench.writers", "--apart", GROUPS, "--out", str(judged))
        typer.echo("\nDanger, by the rules and the model together:")
        safety([judged])
    typer.echo("\nDanger, by the rules alone:")
    safety([ROOT / "data" / "nlu"])
    if public:
        _in_the_engine("bench.public", public)
    if stock:
        _in_the_engine("bench.stock")


def _in_the_engine(module: str, *arguments: str) -> None:
    command = [str(ENGINE_PYTHON), "-m", module, *arguments]
    subprocess.run(command, cwd=ROOT, env=engine_environment(), check=True, stderr=sys.stderr)  # noqa: S603 (our own)


if __name__ == "__main__":
    typer.run(main)
