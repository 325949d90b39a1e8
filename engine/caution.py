"""Fourth step: what may well be a danger is taken for one, whatever else it may be."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

Ranking = list[dict[str, Any]]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class SafetyFirst(GraphComponent):
    """Puts a danger on top of the ranking when all `dangers` together are as likely as `enough`.

    A false alarm costs a patient one needless telephone number and a consultant one look; a danger that is missed
    may cost a life. Confidences are left as they are.
    """

    def __init__(self, dangers: list[str], enough: float) -> None:
        self._dangers = dangers
        self._enough = enough

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"dangers": ["emergency", "crisis"], "enough": 0.5}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyFirst:
        return cls(config["dangers"], config["enough"])

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking = cautious(message.get(INTENT_RANKING_KEY) or [], self._dangers, self._enough)
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
