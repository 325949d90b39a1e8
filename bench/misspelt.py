"""Whether learning from misspelt copies of the messages helps, on messages as they are and on misspelt ones.

    engine/.venv/bin/python -m bench.misspelt [--only WRITER,WRITER] [--shares 0,0.15,0.3]

The copies are those of engine/augmentation.py, a step that config.yml leaves out: what this prints is why.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from bench.engine import ROOT, Learnt, learn, read_all, tokenized
from engine.augmentation import copies, misspelt
from engine.examples import Example

WRITERS = "ohio,sierra,abuela,genz"
SEED = 99


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=WRITERS, help="judge these writers, by what the others taught")
    parser.add_argument("--shares", default="0,0.15,0.3", help="of the messages that get a misspelt copy")
    options = parser.parse_args()
    writers = set(options.only.split(","))
    messages = read_all(ROOT / "data" / "nlu")
    seen = [one for one in messages if one.get("metadata")["intent"]["writer"] not in writers]
    unseen = [one for one in messages if one.get("metadata")["intent"]["writer"] in writers]
    for share in map(float, options.shares.split(",")):
        _report(share, seen, unseen)


def _report(share: float, seen: list[Example], unseen: list[Example]) -> None:
    started = time.monotonic()
    learnt = learn(seen + tokenized(copies(seen, share)))
    taken = time.monotonic() - started
    as_written, worse = _accuracy(learnt, unseen), _accuracy(learnt, _misspelt(unseen))
    sys.stdout.write(f"{share:.0%} copied: {as_written:.2%} right, misspelt {worse:.2%}, {taken:.0f} s\n")
    sys.stdout.flush()


def _misspelt(messages: list[Example]) -> list[Example]:
    choice = random.Random(SEED)  # noqa: S311 (no secret)
    return tokenized(
        [Example.build(misspelt(one.get("text"), choice), one.get("intent")) for one in messages]
    )


def _accuracy(learnt: Learnt, messages: list[Example]) -> float:
    rankings = learnt.rankings(messages)
    right = sum(
        bool(rows[0]["name"] == one.get("intent")) for rows, one in zip(rankings, messages, strict=True)
    )
    return right / len(messages)


if __name__ == "__main__":
    main()
