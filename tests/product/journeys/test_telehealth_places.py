"""A slot is picked in words as well: by its place among those that were offered."""

from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.product.journeys.telehealth import agreed, clinic, offered, visits


@pytest.mark.parametrize(
    ("channel", "language", "words"),
    [("telegram", "es", "la segunda, por favor"), ("whatsapp", "en", "the second one")],
)
async def test_a_slot_is_picked_by_its_place(
    box: Sandbox, database_url: str, tmp_path: Path, channel: str, language: str, words: str
) -> None:
    async with clinic(box, database_url, tmp_path) as office:
        luz = await agreed(office, channel, language)
        await offered(office, luz, language)
        await luz.say(words)
        await luz.hears("apartada" if language == "es" else "is reserved")
        (visit,) = await visits(office)
        assert (visit.state, visit.starts_at.day) == ("reserved", 9)  # Tuesday the 8th, Wednesday the 9th, …
