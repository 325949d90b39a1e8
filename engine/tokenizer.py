"""Second step: words and their base forms, by spaCy, in the language of the message."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from engine import fingerprint
from engine.language import LANGUAGE

_UNUSED = ["parser", "ner", "senter"]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER], is_trainable=False)
class BilingualTokenizer(Tokenizer):
    """Spanish messages through a Spanish spaCy pipeline, English ones through an English pipeline.

    `models` may name installed pipelines (`{es: es_core_news_sm, en: en_core_web_sm}`). They come from
    GitHub, not from the package registry, so nothing depends on them: without a name it is `spacy.blank`
    with the lemma tables of spacy-lookups-data.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        models = config["models"]
        self._pipelines = {language: _pipeline(language, models.get(language)) for language in ("es", "en")}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"models": {}, "intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy", "spacy_lookups_data"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return fingerprint.of_sources()

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        pipeline = self._pipelines[message.get(LANGUAGE) or "es"]
        return [
            Token(word.text, word.idx, lemma=word.lemma_ or word.text)
            for word in pipeline(message.get(attribute))
            if not word.is_space
        ]


@lru_cache(maxsize=4)
def _pipeline(language: str, installed: str | None) -> Language:
    if installed:
        return spacy.load(installed, exclude=_UNUSED)
    pipeline = spacy.blank(language)
    pipeline.add_pipe("lemmatizer", config={"mode": "lookup"})
    pipeline.initialize()
    return pipeline
