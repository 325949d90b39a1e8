"""Misspelt copies of training messages, so that a slip of the thumb is nothing new.

Case and accents need no copies: all views of a message fold them (engine/folding.py).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.examples import Example
from engine.step import Step

_SEED = 20
_ONE_WORD_IN = 5
_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = re.compile(r"[.,;:¿?¡!…]+")
_SHORT = {
    "que": "q", "qué": "q", "porque": "xq", "por": "x", "también": "tmb", "para": "pa", "de": "d", "favor": "fa",
    "you": "u", "are": "r", "please": "pls", "your": "ur", "because": "cuz", "thanks": "thx", "appointment": "appt",
}  # fmt: skip
_SOUNDS_ALIKE = (
    ("qu", "k"),
    ("h", ""),
    ("v", "b"),
    ("b", "v"),
    ("z", "s"),
    ("c", "s"),
    ("ll", "y"),
    ("ph", "f"),
)


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class Misspellings(Step):
    """While training, adds a misspelt copy of a `share` of the messages; a message that is understood passes unchanged."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"share": 0.15}

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data.merge(TrainingData(copies(training_data.intent_examples, self._config["share"])))

    def process(self, messages: list[Message]) -> list[Message]:
        return messages


def copies(messages: list[Message], share: float, seed: int = _SEED) -> list[Message]:
    """Misspelt copies of a `share` of `messages`, with their labels; always the same ones."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    return [_copy(message, chance) for message in messages if chance.random() < share]


def _copy(message: Message, chance: random.Random) -> Message:
    data = {INTENT: message.get(INTENT), TEXT: misspelt(message.get(TEXT) or "", chance)}
    return Example({**data, METADATA: message.get(METADATA)} if message.get(METADATA) else data)


def misspelt(text: str, chance: random.Random) -> str:
    """`text` as a hurried thumb might type it: words shortened, letters lost, doubled or swapped, half of the signs gone."""

    def slip(match: re.Match[str]) -> str:
        word = match.group()
        if short := _SHORT.get(word.casefold()):
            return short if chance.random() < 0.5 else word
        return (
            chance.choice(_SLIPS)(word, chance)
            if len(word) > 3 and chance.randrange(_ONE_WORD_IN) == 0
            else word
        )

    slipped = _WORD.sub(slip, text)
    return _PUNCTUATION.sub("", slipped) if chance.random() < 0.5 else slipped


def _lose(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def _double(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place - 1] + word[place:]


def _swap(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _by_ear(word: str, chance: random.Random) -> str:
    heard, written = chance.choice(_SOUNDS_ALIKE)
    return word.replace(heard, written, 1)


_SLIPS: tuple[Callable[[str, random.Random], str], ...] = (_lose, _double, _swap, _by_ear)
