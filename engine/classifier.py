"""Third step: which of the labels a message has. One model for both languages."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    METADATA,
    METADATA_INTENT,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine import fingerprint, linear, requests
from engine.features import Features, Reading
from engine.linear import LinearModel
from engine.thesaurus import Thesaurus

ALSO_WANTED = "also_wanted"  # beside the intent, in what a parse returns
PARTS = "parts"  # (label, how likely) of each stretch of a message that has several
_ARRAYS = "model.npz"
_WORDS = "model.json"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """TF-IDF of words, base forms, letters and concepts into a linear machine; ranks all labels.

    `cost` is the machine's C; `thesaurus` the folder that tells which words mean the same. Examples that begin
    with "/" are what buttons send: they name an intent themselves and are not learnt.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        trained: tuple[Features, LinearModel] | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._trained = trained

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"cost": 1.0, "thesaurus": "data/thesaurus"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return fingerprint.of_sources()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, _read(folder))

    @property
    def trained(self) -> tuple[Features, LinearModel] | None:
        """What it decides by; None before there is a model."""
        return self._trained

    def train(self, training_data: TrainingData) -> Resource:
        examples = [m for m in training_data.intent_examples if not (m.get(TEXT) or "/").startswith("/")]
        if not examples:
            return self._resource  # rules alone are being trained
        features = Features(Thesaurus.load(Path(self._config["thesaurus"])))
        matrix = features.fit_transform([reading(m) for m in examples])
        labels = [m.get(INTENT) for m in examples]
        model = linear.train(matrix, labels, [_writer(m) for m in examples], self._config["cost"])
        self._trained = features, model
        with self._storage.write_to(self._resource) as folder:
            _write(folder, features, model)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if self._trained and messages:
            features, model = self._trained
            rows = model.probabilities(features.transform([reading(m) for m in messages]))
            for message, row in zip(messages, rows, strict=True):
                _set_ranking(message, model.labels, row)
                each = parts_of(features, model, message)
                message.set(PARTS, [(label, likely) for _, label, likely in each])
                wanted = requests.also_wanted(message.get(INTENT)[INTENT_NAME_KEY], each)
                message.set(ALSO_WANTED, wanted, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data


def reading(message: Message, start: int = 0, end: int = sys.maxsize) -> Reading:
    """What the tokenizer found in `message`, or in its characters from `start` to `end`."""
    tokens = [token for token in message.get(TOKENS_NAMES[TEXT]) or [] if start <= token.start < end]
    return Reading(
        text=(message.get(TEXT) or "")[start:end],
        words=[token.text for token in tokens],
        lemmas=[token.lemma for token in tokens],
    )


def parts_of(features: Features, model: LinearModel, message: Message) -> list[requests.Likeliest]:
    """What each part of a message would be by itself; nothing for a message of one part."""
    parts = requests.parts(message.get(TEXT) or "")
    if len(parts) < 2:
        return []
    rows = model.probabilities(features.transform([reading(message, part.start, part.end) for part in parts]))
    return [
        (part, model.labels[int(row.argmax())], float(row.max()))
        for part, row in zip(parts, rows, strict=True)
    ]


def _writer(message: Message) -> str:
    told = (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
    return str(told.get("writer", ""))


def _set_ranking(message: Message, labels: list[str], row: Any) -> None:
    ranking = [
        {INTENT_NAME_KEY: labels[i], PREDICTED_CONFIDENCE_KEY: float(row[i])}
        for i in np.argsort(-row, kind="stable")
    ]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def _write(folder: Path, features: Features, model: LinearModel) -> None:
    state = features.state()
    arrays = {f"weights of {name}": learnt["weights"] for name, learnt in state.items()}
    weights = model.weights.astype(np.float16)  # half the file; no decision is that close
    np.savez(folder / _ARRAYS, weights=weights, offsets=model.offsets, **arrays)
    words = {
        "labels": model.labels,
        "sharpness": model.sharpness,
        "concepts": features.thesaurus.concepts_of,
        "pieces": {name: learnt["pieces"] for name, learnt in state.items()},
    }
    (folder / _WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def _read(folder: Path) -> tuple[Features, LinearModel] | None:
    if not (folder / _WORDS).exists():
        return None
    words = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
        state = {
            name: {"pieces": pieces, "weights": arrays[f"weights of {name}"]}
            for name, pieces in words["pieces"].items()
        }
        weights = arrays["weights"].astype(np.float32)
        model = LinearModel(words["labels"], weights, arrays["offsets"], words["sharpness"])
    return Features.from_state(Thesaurus(words["concepts"]), state), model
