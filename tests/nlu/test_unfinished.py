"""Where a thought has only begun nothing is guessed at; where it was told, it is answered."""

import pytest

from bot.entities.unfinished import beginnings, is_unfinished
from tests.stub_form import entities


@pytest.mark.parametrize("text", [*beginnings().examples, *sorted(beginnings().alone)])
def test_only_begun(text: str) -> None:
    assert is_unfinished(text, entities().find(text))


@pytest.mark.parametrize("text", beginnings().counter_examples)
def test_told(text: str) -> None:
    assert not is_unfinished(text, entities().find(text))
