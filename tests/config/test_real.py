"""When real people may read: nothing invented is said."""

import pytest

from bot.config import Settings

TOKEN = "123456:" + "A" * 35


@pytest.mark.parametrize(
    ("values", "real"),
    [
        ({}, False),
        ({"sandbox": "on"}, False),
        ({"sandbox": "off"}, True),
        ({"telegram_bot_token": TOKEN}, True),
        ({"telegram_bot_token": TOKEN, "sandbox": "on"}, True),
        ({"telegram_bot_token": TOKEN, "sandbox": "on", "telegram_api_base": "http://127.0.0.1:1"}, False),
    ],
)
def test_demo_facts_are_for_the_sandbox_alone(values: dict[str, str], real: bool) -> None:
    assert Settings.model_validate(values).real_providers is real
