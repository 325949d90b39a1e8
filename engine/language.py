"""First step of the pipeline: in which language each message is read."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language import detect
from engine.step import Step

LANGUAGE = "language"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=False)
class LanguageOfMessage(Step):
    """Sets `language` ("es" or "en") on every message: the bot's word for it, or our own detection.

    When training, the language written beside the examples is left alone: a message is read in training as
    it would be read live, and live nobody writes it beside the message.
    """

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        for message in training_data.training_examples:
            message.set(LANGUAGE, detect(message.get(TEXT) or ""))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            told = (message.get(METADATA) or {}).get(LANGUAGE)
            language = told if told in ("es", "en") else detect(message.get(TEXT) or "")
            message.set(LANGUAGE, language, add_to_output=True)
        return messages
