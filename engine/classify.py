"""`python -m engine.classify MODEL [--explain]`: what the running engine would understand, without a server.

Standard input: JSONL {"text"}. Standard output: JSONL
{"text", "label", "confidence", "ranking": [{"label", "confidence"}…], "language", "unsure"}.
`label` is always one of the taxonomy's; `unsure` tells that the live turn would ask instead of act on it. With --explain
also "weighed": [{"piece", "view", "weight"}…], what spoke most for the label.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from engine import explain, lean
from engine.classifier import ALSO_WANTED, LinearIntentClassifier
from engine.models import newest

_BATCH = 256
_UNSURE = "nlu_fallback"


class Understanding:
    """The part of a trained model that reads messages."""

    def __init__(self, model: str) -> None:
        """`model`: an archive."""
        with tempfile.TemporaryDirectory() as folder:
            storage, metadata = LocalModelStorage.from_model_archive(Path(folder), Path(model))
            self._target = metadata.nlu_target
            schema = metadata.predict_schema.minimal_graph_schema([self._target])
            self._runner = DaskGraphRunner.create(
                schema, storage, ExecutionContext(schema, metadata.model_id)
            )

    def read(self, texts: list[str], *, explained: bool = False) -> list[dict[str, Any]]:
        """One answer per text, as in the module's description; `explained`: with "weighed"."""
        messages = [UserMessage(unslashed(text)) for text in texts]
        tracker = DialogueStateTracker.from_events("classify", [])
        inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}
        parsed: list[Message] = self._runner.run(inputs=inputs, targets=[self._target])[self._target]
        answers = [_answer(text, message) for text, message in zip(texts, parsed, strict=True)]
        if explained:
            for answer, message in zip(answers, parsed, strict=True):
                answer["weighed"] = explain.weighed(self._classifier, message, answer["label"])
        return answers

    @property
    def _classifier(self) -> LinearIntentClassifier:
        """Dask's runner holds its components in private; there is no other way to them (rasa 3.6.21, engine/graph.py)."""
        parts = (node._component for node in self._runner._instantiated_nodes.values())
        return next(part for part in parts if isinstance(part, LinearIntentClassifier))


def unslashed(text: str) -> str:
    """`text` as Rasa must see it: what begins with "/" would be taken for an intent, not for words."""
    return text.lstrip().lstrip("/") if text.lstrip().startswith("/") else text


def _answer(text: str, message: Message) -> dict[str, Any]:
    ranking = [
        {"label": entry["name"], "confidence": entry["confidence"]}
        for entry in message.get("intent_ranking")
        if entry["name"] != _UNSURE
    ]
    return {
        "text": text,
        **ranking[0],
        "ranking": ranking,
        "language": message.get("language"),
        "entities": [_entity(text, one) for one in message.get("entities") or []],
        "also_wanted": message.get(ALSO_WANTED) or [],
        "unsure": message.get("intent")["name"] == _UNSURE,
    }


def _entity(text: str, found: dict[str, Any]) -> dict[str, Any]:
    """An entity as people read it: its kind, its value and the words that name it."""
    said = unslashed(text)[found["start"] : found["end"]]
    return {"entity": found["entity"], "value": found["value"], "text": said}


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    texts = iter(texts)
    while batch := list(islice(texts, _BATCH)):
        yield batch


def _log_to_standard_error() -> None:
    """Rasa prints each text at level debug, on standard output, unless told otherwise."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warnings.simplefilter("ignore")


def main() -> None:
    _log_to_standard_error()
    options = _options()
    model = newest(options.model)
    lean.leave_out_tensorflow_if_unused_by(model)
    understanding = Understanding(model)
    for texts in _batches(json.loads(line)["text"] for line in sys.stdin if line.strip()):
        for answer in understanding.read(texts, explained=options.explain):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.classify", description=__doc__)
    parser.add_argument("model", help="an archive, or the folder whose newest is meant")
    parser.add_argument("--explain", action="store_true", help="tell what spoke most for the label")
    return parser.parse_args()


if __name__ == "__main__":
    main()
