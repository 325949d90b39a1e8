"""How a conversation reaches a person."""

from typing import Any

import pytest

from tests.actions.conftest import Conversation

HANDOFF = {
    "notified": "handoff.notified",
    "out_of_hours": "handoff.out_of_hours",
    "nobody": "handoff.nobody",
    "already_open": "handoff.already_open",
}
TASKS = [
    "schedule_telehealth",
    "reschedule_appointment",
    "cancel_appointment",
]


def a_case(reason: str, topic: str, urgency: str = "normal") -> dict[str, Any]:
    return {"effect": "open_case", "say": HANDOFF, "reason": reason, "topic": topic, "urgency": urgency}


@pytest.mark.parametrize("task", TASKS)
async def test_task_is_explained_first_and_opens_a_case_after_a_yes(
    conversation: Conversation, task: str
) -> None:
    assert await conversation.hear(task) == [
        {"say": f"answer.{task}", "options": ["affirm", "deny", "talk_to_human"]}
    ]
    assert await conversation.hear("affirm", "sí") == [a_case("task", task)]


async def test_yes_opens_one_case_only(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    await conversation.hear("affirm", "sí")
    assert await conversation.hear("affirm", "sí") == [{"say": "answer.affirm"}]


async def test_no_declines_the_task(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    assert await conversation.hear("deny", "no") == [{"say": "task.declined"}]
    assert await conversation.hear("affirm", "sí") == [{"say": "answer.affirm"}]


async def test_typed_yes_after_another_answer_does_not_reach_back(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    await conversation.hear("ask_cost")
    assert await conversation.hear("affirm", "sí") == [{"say": "answer.affirm"}]


async def test_tapped_yes_may_come_later(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    await conversation.hear("ask_cost")
    assert await conversation.tap("affirm") == [a_case("task", "reschedule_appointment")]


async def test_person_asked_for_instead_hears_what_the_offer_was_about(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    assert await conversation.tap("talk_to_human") == [a_case("asked", "reschedule_appointment")]


@pytest.mark.parametrize("case", [None, "open"])
async def test_person_is_one_word_away(conversation: Conversation, case: str | None) -> None:
    assert await conversation.hear("talk_to_human", case=case) == [a_case("asked", "talk_to_human")]


async def test_complaint_is_answered_and_handed_over_urgently(conversation: Conversation) -> None:
    assert await conversation.hear("complaint") == [
        {"say": "answer.complaint"},
        a_case("complaint", "complaint", "high"),
    ]


async def test_answer_that_did_not_help_brings_a_person(conversation: Conversation) -> None:
    assert await conversation.tap("not_helped") == [a_case("not_helped", "talk_to_human")]


async def test_status_without_a_case_offers_a_person(conversation: Conversation) -> None:
    assert (await conversation.hear("case_status"))[0]["effect"] == "case_status"
    assert await conversation.hear("affirm", "sí") == [a_case("asked", "talk_to_human")]


async def test_status_of_an_open_case_offers_nothing(conversation: Conversation) -> None:
    await conversation.hear("case_status", case="open")
    assert await conversation.hear("affirm", "sí", case="open") == [{"say": "answer.affirm"}]


async def test_person_offered_after_a_status_hears_what_the_last_case_was_about(
    conversation: Conversation,
) -> None:
    last = "second_opinion"
    await conversation.hear("case_status", last_topic=last)
    assert await conversation.hear("affirm", "sí", last_topic=last) == [a_case("asked", "second_opinion")]


async def test_cancel_forgets_the_offer(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    assert await conversation.hear("cancel") == [{"say": "answer.cancel"}]
    assert await conversation.tap("affirm") == [{"say": "answer.affirm"}]
