"""The training messages of `data/nlu`: read once, by the fast YAML reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

_BLOCK = {"intent", "metadata", "examples"}
_EXAMPLE = "- "


class Example(Message):  # type: ignore[misc]  # Rasa is not typed
    """A training message that is quick to fingerprint and to copy.

    Rasa does both to 40,000 messages after each step of the pipeline, for a cache of half-trained models that we do
    not keep (a model is named by a digest of all its inputs): a minute of its training.
    """

    def fingerprint(self) -> str:
        """What was written; what the steps made of it follows from that and from `engine.fingerprint`."""
        if self._cached_fingerprint is None:
            said = f"{self.get(TEXT)}\0{self.get(INTENT)}\0{self.get(METADATA)}\0{sorted(self.data)}"
            self._cached_fingerprint = hashlib.sha256(said.encode()).hexdigest()
        return str(self._cached_fingerprint)

    def __hash__(self) -> int:
        return hash(self._cached_fingerprint or self.fingerprint())  # asked two million times

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        return self  # Rasa copies it for every merge of training data, and looks at the newest only


def read(folder: Path) -> list[Message]:
    """Every message below `folder`, with its intent and what its block says beside it. Raises RasaException."""
    return [message for file in sorted(folder.rglob("*.yml")) for message in _messages(file)]


def _messages(file: Path) -> Iterator[Message]:
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for block in content["nlu"]:
        if set(block) - _BLOCK or "intent" not in block:
            raise RasaException(
                f"{file}: only intents with metadata and examples are read, not {sorted(block)}"
            )
        for line in block["examples"].splitlines():
            yield _message(line, block, file)


def _message(line: str, block: dict[str, Any], file: Path) -> Message:
    if not line.startswith(_EXAMPLE):
        raise RasaException(f"{file}: an example begins with '- ', not so: {line!r}")
    return Example.build(
        line[len(_EXAMPLE) :].strip(), block["intent"], intent_metadata=block.get("metadata")
    )
