"""What the actions make of wishes about a visit, and of answers to what was asked about one."""

from typing import Any

import pytest

from tests.actions.conftest import Conversation

FRIDAY = {"entity": "time", "value": "2026-12-11", "start": 0, "end": 7}
HEART = {"entity": "specialty", "value": "cardiology", "start": 0, "end": 10}
NAMED = {"specialty": "cardiology", "days": "2026-12-11", "cities": ""}
NOTHING = {"specialty": "", "days": "", "cities": ""}
SLOTS = "telehealth.slots"


def effects(payloads: list[dict[str, Any]]) -> list[str]:
    return [
        payload["effect"] for payload in payloads if "effect" in payload and payload["effect"] != "keep_day"
    ]


async def test_a_wish_is_passed_on_with_what_it_names(conversation: Conversation) -> None:
    payloads = await conversation.hear(
        "schedule_telehealth", "el viernes", [FRIDAY, HEART], calendars=True, consented=True
    )
    assert payloads[-1] == {"effect": "offer_slots", "say": {}, "anew": "yes", **NAMED}


async def test_consent_is_asked_first_and_the_wish_kept_meanwhile(conversation: Conversation) -> None:
    payloads = await conversation.hear("schedule_telehealth", calendars=True, consented=False)
    assert payloads[0] == {"effect": "offer_slots", "say": {}, "pending": "yes", "anew": "yes", **NOTHING}
    assert payloads[1]["say"] == "privacy.consent.ask"


async def test_after_the_yes_the_wish_goes_on(conversation: Conversation) -> None:
    text = '/schedule_telehealth{"specialty": ["cardiology"]}'
    payloads = await conversation.hear("schedule_telehealth", text, [HEART], calendars=True, consented=True)
    assert payloads[0]["resumed"]
    assert "anew" not in payloads[0]


@pytest.mark.parametrize(
    ("label", "effect"),
    [("reschedule_appointment", "move_appointment"), ("cancel_appointment", "cancel_appointment")],
)
async def test_moving_and_cancelling_need_a_visit(
    conversation: Conversation, label: str, effect: str
) -> None:
    assert effects(await conversation.hear(label, visits=1)) == [effect]
    assert (await conversation.hear(label, visits=0))[0]["say"] == f"answer.{label}"


@pytest.mark.parametrize(
    "label", ["nlu_fallback", "chitchat", "reschedule_appointment", "schedule_telehealth"]
)
async def test_a_day_answers_the_offer_whatever_its_label(conversation: Conversation, label: str) -> None:
    payloads = await conversation.hear(label, "el viernes", [FRIDAY], asked=SLOTS, calendars=True)
    assert effects(payloads) == ["offer_slots"]


async def test_an_hour_alone_is_no_wish_for_a_person_but_a_person_is_one(conversation: Conversation) -> None:
    assert effects(await conversation.hear("talk_to_human", "después de las 4", asked=SLOTS)) == [
        "offer_slots"
    ]
    payloads = await conversation.hear("talk_to_human", "una persona, después de las 4", asked=SLOTS)
    assert effects(payloads) == ["open_case"]


@pytest.mark.parametrize("label", ["emergency", "cancel_appointment", "ask_cost"])
async def test_what_means_something_else_does_not_answer(conversation: Conversation, label: str) -> None:
    payloads = await conversation.hear(label, "el viernes", [FRIDAY], asked=SLOTS, visits=1)
    assert not any(payload.get("days") for payload in payloads)


async def test_a_typed_yes_or_no_is_the_button(conversation: Conversation) -> None:
    for label in ("affirm", "deny"):
        payloads = await conversation.hear(label, "…", asked="telehealth.cancel.ask")
        assert payloads == [{"effect": "choose", "say": {}, "word": label}]


async def test_a_quiet_turn_offers_no_slots(conversation: Conversation) -> None:
    payloads = await conversation.hear("schedule_telehealth", calendars=True, consented=True, quiet=True)
    assert payloads[0]["say"] == "answer.schedule_telehealth"


@pytest.mark.parametrize(
    ("label", "again"), [("ask_cost", True), ("english", True), ("talk_to_human", False)]
)
async def test_slots_are_offered_again_after_a_question_in_between(
    conversation: Conversation, label: str, again: bool
) -> None:
    payloads = await conversation.hear(label, "¿y cuánto cuesta?", calendars=True, asked=SLOTS)
    assert ("offer_slots" in effects(payloads)) == again


async def test_a_typed_no_keeps_the_data(conversation: Conversation) -> None:
    payloads = await conversation.hear("deny", "no", asked="privacy.erase.sure")
    assert effects(payloads) == ["keep_data"]
