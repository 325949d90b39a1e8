"""Step of the pipeline after the tokenizer: who and what a message names, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.entities import Entities, Named
from engine.language import LANGUAGE
from engine.step import Step
from engine.times import moment, times, zone_of

_NAME = "EntitiesOfMessage"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class EntitiesOfMessage(Step):
    """Sets `entities`: {"entity", "value", "start", "end", "extractor"} each, in the order of the text.

    `folder`: the names that people use (data/entities). `office`: the file whose zone days are told in, when the bot does
    not tell one (`now` and `time_zone` in the metadata). Words are found by `bot.entities`, not by the tokenizer, which
    cuts Spanish and English differently.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        office = yaml.safe_load(Path(config["office"]).read_text(encoding="utf-8"))
        self._entities = Entities.load(Path(config["folder"]))
        self._zone = ZoneInfo(office["time_zone"])
        list(
            times("mañana a las 9 / tomorrow at 9", moment(None, self._zone), "es")
        )  # its first call takes 20 ms

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"folder": "data/entities", "office": "data/office.yml"}

    @staticmethod
    def required_packages() -> list[str]:
        return ["dateparser"]

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = [*(message.get(ENTITIES) or []), *(_entity(one) for one in self._named(message))]
            message.set(ENTITIES, found, add_to_output=True)
        return messages

    def _named(self, message: Message) -> list[Named]:
        text = message.get(TEXT) or ""
        if text.startswith("/"):  # a button
            return []
        told = message.get(METADATA) or {}
        now = moment(told.get("now"), zone_of(told.get("time_zone"), self._zone))
        named = [*self._entities.find(text), *times(text, now, message.get(LANGUAGE) or "es")]
        return sorted(named, key=lambda one: (one.start, one.end))


def _entity(named: Named) -> dict[str, Any]:
    return {
        "entity": named.kind,
        "value": named.value,
        "start": named.start,
        "end": named.end,
        "extractor": _NAME,
    }
