"""Fourth step: what may well be a danger is taken for one, whatever else it may be."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from engine.step import Step

Ranking = list[dict[str, Any]]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class SafetyFirst(Step):
    """Puts a danger on top of the ranking when all `dangers` together are as likely as `enough`.

    A false alarm costs a patient one needless telephone number and a consultant one look; a danger that is missed
    may cost a life. Confidences are left as they are.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"dangers": ["emergency", "crisis"], "enough": 0.3}

    def process(self, messages: list[Message]) -> list[Message]:
        dangers, enough = self._config["dangers"], self._config["enough"]
        for message in messages:
            ranking = cautious(message.get(INTENT_RANKING_KEY) or [], dangers, enough)
            if ranking:
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def cautious(ranking: Ranking, dangers: list[str], enough: float) -> Ranking:
    """`ranking` with the likeliest danger first, if there is danger `enough`."""
    possible = [entry for entry in ranking if entry[INTENT_NAME_KEY] in dangers]
    if sum(entry[PREDICTED_CONFIDENCE_KEY] for entry in possible) < enough:
        return ranking
    return [possible[0], *(entry for entry in ranking if entry is not possible[0])]
