"""Help that was called is thanked for; whatever else is in the message, it is none of that."""

import pytest

from bot.config import ROOT
from bot.safety.help_coming import HelpComing

HELP_COMING = HelpComing.load(ROOT / "data" / "help_coming.yml")


@pytest.mark.parametrize("text", HELP_COMING.examples)
def test_says_that_help_is_coming(text: str) -> None:
    assert HELP_COMING(text)


@pytest.mark.parametrize("text", HELP_COMING.counter_examples)
def test_says_more_or_something_else(text: str) -> None:
    assert not HELP_COMING(text)
