"""The dialogues of tests/conversations, each with the whole product and the real Rasa."""

from typing import Any

import pytest

from tests.product.conftest import Product
from tests.product.conversing import Dialogue, dialogues

DIALOGUES = dict(dialogues())


@pytest.mark.parametrize("name", DIALOGUES)
async def test_conversation(whole: Product, name: str) -> None:
    told: dict[str, Any] = DIALOGUES[name]
    dialogue = Dialogue(whole, told["language"], told["channel"])
    for line in told["talk"]:
        await dialogue.play(line)


def test_there_are_dialogues_in_both_languages_on_both_channels() -> None:
    told = {(one["language"], one["channel"]) for one in DIALOGUES.values()}
    assert told == {(language, channel) for language in ("es", "en") for channel in ("whatsapp", "telegram")}
    assert len(DIALOGUES) >= 30
