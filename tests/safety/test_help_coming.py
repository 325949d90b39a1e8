"""Help that was called is thanked for; whatever else is in the message, it is none of that."""

import pytest

from bot.safety.help_coming import help_is_coming


@pytest.mark.parametrize("text", help_is_coming().examples)
def test_says_that_help_is_coming(text: str) -> None:
    assert help_is_coming()(text)


@pytest.mark.parametrize("text", help_is_coming().counter_examples)
def test_says_more_or_something_else(text: str) -> None:
    assert not help_is_coming()(text)
