"""Why a label came first: the pieces of a message that spoke for it most, by the linear machine's own arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.shared.nlu.training_data.message import Message

from engine.classifier import LinearIntentClassifier, reading

_SHOWN = 8


def weighed(classifier: LinearIntentClassifier, message: Message, label: str) -> list[dict[str, Any]]:
    """The strongest pieces for `label`: [{"piece", "view", "weight"}…], strongest first.

    `weight` is the piece's share of the label's score: its weight in the machine times its count in the message. `view`
    tells what kind of piece it is (engine/features.py). Empty when nothing in the message is known.
    """
    if classifier.trained is None:
        return []
    features, model = classifier.trained
    row = features.transform([reading(message)])
    shares = row.data * model.weights[row.indices, model.labels.index(label)]
    best = [place for place in np.argsort(-shares, kind="stable")[:_SHOWN] if shares[place] > 0]
    return [
        {**features.piece(int(row.indices[place])), "weight": round(float(shares[place]), 3)}
        for place in best
    ]
