"""What a message names is what the answer is about."""

from typing import Any

import pytest

from tests.actions.conftest import Conversation

ONCOLOGY = {"entity": "specialty", "value": "oncology", "start": 9, "end": 17}
CHILD = {"entity": "age_group", "value": "child", "start": 18, "end": 28}
GNP = {"entity": "insurer", "value": "gnp", "start": 0, "end": 3}
TUESDAY = {"entity": "time", "value": "2026-11-24", "start": 0, "end": 6}


@pytest.mark.parametrize("label", ["ask_specialties", "ask_pediatrics", "ask_doctor"])
async def test_a_specialty_asked_for_is_named(conversation: Conversation, label: str) -> None:
    said = await conversation.hear(label, entities=[ONCOLOGY, CHILD])
    outcomes = {"offered": f"answer.{label}.offered", "unconfirmed": f"answer.{label}.unconfirmed"}
    assert said == [{"effect": "name_specialty", "say": outcomes, "specialty": "oncology+child"}]


async def test_a_question_about_children_is_about_children(conversation: Conversation) -> None:
    (said,) = await conversation.hear("ask_pediatrics", entities=[ONCOLOGY])
    assert said["specialty"] == "oncology+child"


@pytest.mark.parametrize("label", ["ask_cost", "ask_wait_time"])
async def test_a_specialty_is_named_beside_cost_and_waiting(conversation: Conversation, label: str) -> None:
    said = await conversation.hear(label, entities=[ONCOLOGY])
    assert said == [{"say": f"answer.{label}.named", "values": {"specialty": "oncology"}}]


async def test_an_insurer_is_named(conversation: Conversation) -> None:
    said = await conversation.hear("ask_insurance", entities=[GNP])
    assert said == [{"say": "answer.ask_insurance.named", "values": {"insurer": "gnp"}}]


@pytest.mark.parametrize("entities", [[], [GNP], [CHILD]])
async def test_without_a_specialty_the_answer_is_the_general_one(
    conversation: Conversation, entities: list[dict[str, Any]]
) -> None:
    assert await conversation.hear("ask_specialties", entities=entities) == [
        {"say": "answer.ask_specialties"}
    ]


async def test_other_answers_stay_what_they_are(conversation: Conversation) -> None:
    assert await conversation.hear("ask_hours", entities=[ONCOLOGY]) == [{"say": "answer.ask_hours"}]


async def test_a_quiet_turn_names_the_specialty_without_a_menu(conversation: Conversation) -> None:
    (said,) = await conversation.hear("ask_cost", entities=[ONCOLOGY], quiet=True)
    assert said["options"] == []


async def test_a_day_is_kept_before_anything_else_happens(conversation: Conversation) -> None:
    first, second = await conversation.hear("talk_to_human", entities=[TUESDAY])
    assert first == {"effect": "keep_day", "say": {}, "day": "2026-11-24"}
    assert second["effect"] == "open_case"
