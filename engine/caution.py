"""Fourth step: what may well be a danger is taken for one, whatever else it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from engine.classifier import PARTS
from engine.step import Step

Ranking = list[dict[str, Any]]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class SafetyFirst(Step):
    """Puts the likeliest danger on top of the ranking when all dangers together are as likely as is `enough` for it, or when
    one part of the message would surely be one by itself (`enough_in_part`): "no orina desde ayer, y ¿dónde están?".

    A false alarm costs a patient one needless telephone number and a consultant one look; a danger that is missed
    may cost a life. Confidences are left as they are.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"enough": {"emergency": 0.45, "crisis": 0.3}, "enough_in_part": 0.95}

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking = cautious(
                message.get(INTENT_RANKING_KEY) or [], message.get(PARTS) or [], **self._caution
            )
            if ranking:
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    @property
    def _caution(self) -> dict[str, Any]:
        return {name: self._config[name] for name in self.get_default_config()}


def cautious(
    ranking: Ranking,
    parts: Sequence[tuple[str, float]],
    *,
    enough: Mapping[str, float],
    enough_in_part: float,
) -> Ranking:
    """`ranking` with the likeliest danger first, if there is danger enough in the whole or in one of its parts."""
    possible = [entry for entry in ranking if entry[INTENT_NAME_KEY] in enough]
    if not possible:
        return ranking
    likely = sum(entry[PREDICTED_CONFIDENCE_KEY] for entry in possible)
    told = any(label in enough and sure >= enough_in_part for label, sure in parts)
    if likely < enough[possible[0][INTENT_NAME_KEY]] and not told:
        return ranking
    return [possible[0], *(entry for entry in ranking if entry is not possible[0])]
