"""How often what is never asked for is masked in messages that hold none of it.

    python -m bench.private [FOLDER_OR_FILE...]        data/nlu unless others are named

Reads what `bench.safety` reads. Whatever is masked is shown: in training messages, which are invented, there is nothing of it.
"""

import time
from pathlib import Path
from typing import Annotated

import typer

from bench.safety import ROOT, messages
from bot.privacy.masking import the_rules


def main(paths: Annotated[list[Path] | None, typer.Argument()] = None) -> None:
    found = [one.text for path in paths or [ROOT / "data" / "nlu"] for one in messages(path)]
    start, masked = time.perf_counter(), 0
    for text in found:
        after = the_rules()(text)
        if after.kinds:
            masked += 1
            typer.echo(f"{','.join(after.kinds)}\t{text}")
    taken = 1000 * (time.perf_counter() - start) / max(1, len(found))
    typer.echo(f"masked: {masked}/{len(found)}, {taken:.3f} ms a message")


if __name__ == "__main__":
    typer.run(main)
