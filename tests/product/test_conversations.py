"""The dialogues of tests/conversations, each with the whole product and the real Rasa."""

from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.product.conftest import OFFICE, TEN_ON_MONDAY, with_real_rasa
from tests.product.conversing import Dialogue, dialogues
from tests.product.journeys.telehealth import CALENDARS, office_with
from tests.product.real_rasa import RealRasa

DIALOGUES = dict(dialogues())


@pytest.mark.parametrize("name", DIALOGUES)
async def test_conversation(
    box: Sandbox, database_url: str, rasa_server: RealRasa, tmp_path: Path, name: str
) -> None:
    told: dict[str, Any] = DIALOGUES[name]
    calendars = told.get("calendars")
    if calendars:
        box.clock.move_to(TEN_ON_MONDAY)
    office = office_with(CALENDARS, tmp_path) if calendars else OFFICE
    async with with_real_rasa(box, database_url, rasa_server, office) as product:
        dialogue = Dialogue(product, told["language"], told["channel"])
        for line in told["talk"]:
            await dialogue.play(line)


def test_there_are_dialogues_in_both_languages_on_both_channels() -> None:
    told = {(one["language"], one["channel"]) for one in DIALOGUES.values()}
    assert told == {(language, channel) for language in ("es", "en") for channel in ("whatsapp", "telegram")}
    assert len(DIALOGUES) >= 30
