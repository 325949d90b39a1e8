"""Who asks to be telephoned, and who does not."""

import pytest

from actions.calling import wants_call
from tests.actions.conftest import Conversation

ASKS = [
    "llámenme al 55 1234 5678 mañana a las 5",
    "Márquenme por favor",
    "¿me pueden llamar?",
    "¿Me podría alguien llamar mañana?",
    "pueden llamarme en la tarde",
    "quiero que me llamen",
    "que alguien nos llame por favor",
    "me llaman al 5512345678 porfa",
    "prefiero una llamada",
    "llamenme mañana",
    "Llámenme Martes en la tarde",
    "call me tomorrow at 5",
    "Can somebody call me?",
    "please call me at (310) 555-0123",
    "could you give me a call",
    "have someone call us please",
    "I want a call back",
    "Call me!",
]
DOES_NOT = [
    "me llamo Luz",
    "Llámenme Luz",
    "me llaman Luz",
    "call me Lucy",
    "no me llamen por favor",
    "please don't call me",
    "nadie me llama",
    "why did you call me yesterday",
    "¿a qué número puedo llamar?",
    "llamé ayer y no contestan",
    "they never call me back",
    "I called you yesterday",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_wish_for_a_call_is_seen(text: str) -> None:
    assert wants_call(text)


@pytest.mark.parametrize("text", DOES_NOT)
def test_a_name_a_no_and_a_story_are_none(text: str) -> None:
    assert not wants_call(text)


async def test_a_wish_for_a_call_is_answered_by_it_alone(conversation: Conversation) -> None:
    time = {"entity": "time", "value": "2026-11-24T17:00-06:00"}
    payloads = await conversation.hear("talk_to_human", "llámenme mañana a las 5", [time])
    call = {"effect": "callback", "say": {}, "at": time["value"], "topic": "talk_to_human"}
    assert payloads[1:] == [call]  # the day for the card goes before


async def test_beside_a_question_the_question_is_answered_too(conversation: Conversation) -> None:
    payloads = await conversation.hear("ask_cost", "¿cuánto cuesta? llámenme por favor")
    assert [p.get("effect") or p["say"] for p in payloads] == ["callback", "answer.ask_cost"]


async def test_after_danger_it_is_noted_and_not_spoken_of(conversation: Conversation) -> None:
    payloads = await conversation.hear("talk_to_human", "llámenme", quiet=True)
    assert [p["effect"] for p in payloads] == ["callback", "open_case"]
    assert payloads[0]["silent"]


async def test_danger_itself_is_nothing_else(conversation: Conversation) -> None:
    payloads = await conversation.hear("emergency", "no respira llámenme")
    assert [p["effect"] for p in payloads] == ["safety"]
