"""Explanations with the shipped rules, texts and actions; what the model says is told by the test."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot import sources
from bot.app import safety_rules
from bot.config import Settings
from bot.explain import collect
from bot.safety import Screen
from bot.supervisor.training import model_path

type Explained = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def screen() -> Screen:
    """The shipped rules, loaded once in a process: reading them takes seconds."""
    return safety_rules()


@pytest.fixture(scope="session")
def read_once() -> Iterator[None]:
    """The product explains one message and ends; here a hundred are explained with the same files and the same model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_root", functools.cache(sources._root.__wrapped__))
        patch.setattr(collect, "model_path", functools.cache(model_path))
        yield


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch, screen: Screen, read_once: None) -> Explained:
    """`explained(text, *labels, unsure=…, also_wanted=…, entities=…)`: the explanation when the model ranks these labels."""

    monkeypatch.setattr(Screen, "load", lambda folder: screen)

    def of(text: str, *labels: str, unsure: bool = False, **told: Any) -> dict[str, Any]:
        def understand(texts: list[str], *, explained: bool) -> list[dict[str, Any]]:
            ranking = [{"label": label, "confidence": 0.9 / (n + 1)} for n, label in enumerate(labels)]
            weighed = [{"piece": "cuesta", "view": "words", "weight": 0.2}]
            answer = {**ranking[0], "ranking": ranking, "language": "es", "unsure": unsure}
            return [{"text": texts[0], **answer, "weighed": weighed, **told}]

        monkeypatch.setattr(collect, "understand", understand)
        return collect.explain(text, Settings(_env_file=None))  # type: ignore[call-arg]

    return of
