"""What happens when the classifier is not sure."""

import pytest

from tests.actions.conftest import Conversation
from tests.actions.test_handing_over import a_case


async def test_first_time_the_likely_meanings_are_offered(conversation: Conversation) -> None:
    payloads = await conversation.mumble("greet", "ask_cost", "affirm", "ask_payment", "opt_out", "ask_hours")
    assert payloads == [
        {"say": "fallback.which", "options": ["ask_cost", "ask_payment", "ask_hours", "talk_to_human"]}
    ]


async def test_second_time_in_a_row_a_person_is_offered(conversation: Conversation) -> None:
    await conversation.mumble("ask_cost")
    assert await conversation.mumble("ask_cost") == [
        {"say": "fallback.offer_person", "options": ["affirm", "deny", "help"]}
    ]
    assert await conversation.hear("affirm", "sí") == [a_case("misunderstood", "talk_to_human")]


async def test_person_declined_is_not_a_task_declined(conversation: Conversation) -> None:
    await conversation.mumble()
    await conversation.mumble()
    assert await conversation.hear("deny", "no") == [{"say": "answer.deny"}]


async def test_understood_message_restarts_the_count(conversation: Conversation) -> None:
    await conversation.mumble("ask_cost")
    await conversation.hear("ask_hours")
    assert (await conversation.mumble("ask_cost"))[0]["say"] == "fallback.which"


async def test_quiet_turn_does_not_guess(conversation: Conversation) -> None:
    assert await conversation.mumble("ask_cost", quiet=True) == [{"say": "quiet.here", "options": []}]
    assert await conversation.hear("affirm", "sí", quiet=True) == [a_case("misunderstood", "talk_to_human")]


@pytest.mark.parametrize("verdict", ["emergency", "crisis"])
async def test_likely_danger_is_not_a_menu(conversation: Conversation, verdict: str) -> None:
    assert await conversation.mumble(verdict, "medical_advice") == [
        {"effect": "safety", "say": {}, "verdict": verdict}
    ]
