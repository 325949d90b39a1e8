"""Two questions in one message get two answers; a danger gets one."""

from tests.actions.conftest import Conversation


async def test_each_question_of_a_message_is_answered_the_main_one_first(conversation: Conversation) -> None:
    said = await conversation.hear_several("ask_cost", "ask_location", "ask_hours")
    assert [payload["say"] for payload in said] == [
        "answer.ask_cost",
        "answer.ask_location",
        "answer.ask_hours",
    ]


async def test_a_person_is_brought_and_the_question_answered(conversation: Conversation) -> None:
    effect, answer = await conversation.hear_several("talk_to_human", "ask_hours")
    assert effect["effect"] == "open_case"
    assert answer["say"] == "answer.ask_hours"


async def test_the_clear_question_of_an_unclear_message_is_answered(conversation: Conversation) -> None:
    said = await conversation.hear_several("nlu_fallback", "ask_hours")
    assert [payload["say"] for payload in said] == ["answer.ask_hours"]


async def test_nothing_is_added_to_the_answer_to_a_danger(conversation: Conversation) -> None:
    said = await conversation.hear_several("emergency", "ask_hours")
    assert [payload.get("effect") for payload in said] == ["safety"]


async def test_nothing_is_added_to_the_answer_to_a_danger_that_was_only_likely(
    conversation: Conversation,
) -> None:
    said = await conversation.mumble_several("crisis", also_wanted=["ask_hours"])
    assert [payload.get("effect") for payload in said] == ["safety"]
