"""The engine's own parts, without Rasa's graph around them: what a benchmark learns is what the engine would learn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.language import detect
from engine import lean

ROOT = Path(__file__).resolve().parent.parent
lean.leave_out_tensorflow_if_unused_in(str(ROOT / "config.yml"))

from engine import examples, linear  # noqa: E402 (Rasa is imported here, after what it must not find)
from engine.caution import Ranking, SafetyFirst, cautious  # noqa: E402
from engine.classifier import parts_of, reading  # noqa: E402
from engine.features import Features  # noqa: E402
from engine.language import LANGUAGE  # noqa: E402
from engine.thesaurus import Thesaurus  # noqa: E402
from engine.tokenizer import BilingualTokenizer  # noqa: E402

COST = 1.0
PIPELINE = {
    step["name"]: step for step in yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]
}


@dataclass(frozen=True)
class Learnt:
    """A fitted model."""

    features: Features
    model: linear.LinearModel

    @property
    def labels(self) -> list[str]:
        return self.model.labels

    def probabilities(self, messages: list[examples.Example]) -> NDArray[np.float64]:
        """(messages, labels)."""
        return self.model.probabilities(self.features.transform([reading(one) for one in messages]))

    def rankings(self, messages: list[examples.Example]) -> list[Ranking]:
        """All labels of each message, the likeliest first but for a danger: what the pipeline ends with."""
        caution = SafetyFirst.get_default_config()
        caution |= {
            name: told for name, told in PIPELINE["engine.caution.SafetyFirst"].items() if name in caution
        }
        found = zip(messages, self.probabilities(messages), strict=True)
        return [cautious(self._ranking(row), self._parts(message), **caution) for message, row in found]

    def _parts(self, message: examples.Example) -> list[tuple[str, float]]:
        return [(label, likely) for _, label, likely in parts_of(self.features, self.model, message)]

    def _ranking(self, row: NDArray[np.float64]) -> Ranking:
        return [
            {"name": self.labels[column], "confidence": float(row[column])} for column in np.argsort(-row)
        ]


def read_all(folder: Path) -> list[examples.Example]:
    """The training messages, with their language and their words."""
    return tokenized([one for one in examples.read(folder) if not one.get("text").startswith("/")])


def tokenized(messages: list[examples.Example]) -> list[examples.Example]:
    """`messages` as the first two steps of the pipeline leave them."""
    tokenizer = BilingualTokenizer(BilingualTokenizer.get_default_config())
    for message in messages:
        message.set(LANGUAGE, detect(message.get("text")))
    done: list[examples.Example] = tokenizer.process(messages)
    return done


def learn(messages: list[examples.Example]) -> Learnt:
    """What the engine would learn from them."""
    features = Features(Thesaurus.load(ROOT / "data" / "thesaurus"))
    matrix = features.fit_transform([reading(one) for one in messages])
    writers = [str((one.get("metadata") or {}).get("intent", {}).get("writer", "")) for one in messages]
    return Learnt(features, linear.train(matrix, [one.get("intent") for one in messages], writers, COST))
