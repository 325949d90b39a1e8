"""The engine's classifier on public intent data, each trained and tested on its own split; nothing is learnt from it.

    engine/.venv/bin/python -m bench.public FOLDER

FOLDER holds JSON lines with text, intent, lang and split: massive_es-ES, massive_en-US, clinc150_full_with_oos, banking77 and
hwu64_polyai_split. Not part of this repository; each set has its own licence. Runs in the engine's environment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.engine import Learnt, learn, tokenized
from engine.examples import Example

Row = dict[str, Any]
UNKNOWN = "oos"  # CLINC150's label for what is in none of its 150 intents
SURE = 0.4  # as in config.yml


def main() -> None:
    folder = Path(sys.argv[1])
    spanish, english = _rows(folder / "massive_es-ES.jsonl"), _rows(folder / "massive_en-US.jsonl")
    both = _learn([*spanish, *english])
    _say("MASSIVE es (both languages in one model)", both, spanish)
    _say("MASSIVE en (both languages in one model)", both, english)
    clinc = _rows(folder / "clinc150_full_with_oos.jsonl")
    learnt = _learn(clinc)
    _say("CLINC150 in scope", learnt, [row for row in clinc if row["intent"] != UNKNOWN])
    _say("CLINC150 recall of out of scope", learnt, [row for row in clinc if row["intent"] == UNKNOWN])
    for name, file in (("BANKING77", "banking77.jsonl"), ("HWU64", "hwu64_polyai_split.jsonl")):
        rows = _rows(folder / file)
        _say(name, _learn(rows), rows)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _learn(rows: list[Row]) -> Learnt:
    return learn(_messages(rows, "train"))


def _messages(rows: list[Row], split: str) -> list[Example]:
    return tokenized([Example.build(row["text"], row["intent"]) for row in rows if row["split"] == split])


def _say(name: str, learnt: Learnt, rows: list[Row]) -> None:
    messages = _messages(rows, "test")
    chances = learnt.probabilities(messages)
    truths = [message.get("intent") for message in messages]
    first = [learnt.labels[row.argmax()] for row in chances]
    # Below the confidence at which the assistant asks back it names no label.
    careful = [label if row.max() >= SURE else UNKNOWN for label, row in zip(first, chances, strict=True)]
    right, kept = (np.mean(np.asarray(named) == np.asarray(truths)) for named in (first, careful))
    sys.stdout.write(f"{name}: {right:.1%} of {len(messages)}; asking back when unsure: {kept:.1%}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
