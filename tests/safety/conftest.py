"""The screen, as the product loads it: once in a process, as reading the rules takes seconds."""

from pathlib import Path

import pytest

from bot.app import safety_rules
from bot.safety import Screen

RULES = Path(__file__).parents[2] / "data" / "safety"


@pytest.fixture(scope="session")
def screen() -> Screen:
    return safety_rules()
