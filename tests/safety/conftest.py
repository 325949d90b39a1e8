"""The screen, loaded once: reading the rules takes seconds."""

from pathlib import Path

import pytest

from bot.safety import Screen

RULES = Path(__file__).parents[2] / "data" / "safety"


@pytest.fixture(scope="session")
def screen() -> Screen:
    return Screen.load(RULES)
