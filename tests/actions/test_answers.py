"""Every label is answered, and every text that an action names exists."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.texts import Labels, TextBook
from tests.actions.conftest import Conversation
from tests.stub_form import executor, rules

ROOT = Path(__file__).resolve().parents[2]
LABELS = Labels.load(ROOT / "data" / "labels.yml").names
BUTTONS = (
    "intake_choice",
    "call_me",
    "helped",
    "not_helped",
    "spanish",
    "english",
    "consent",
    "no_consent",
    "my_files",
)
# What the bot words by itself, from its own records.
WORDED_BY_THE_BOT = {"emergency", "crisis", "repeat", "call_me"}


@pytest.fixture(scope="module")
def texts() -> TextBook:
    return TextBook.load(ROOT / "data" / "texts")


def keys(payloads: Iterable[dict[str, Any]]) -> list[str]:
    """All texts that the payloads may make a person read."""
    said = [payload["say"] for payload in payloads]
    return [key for say in said for key in (say.values() if isinstance(say, dict) else [say])]


def test_there_is_a_rule_for_every_label_and_button() -> None:
    assert set(rules()) == {*LABELS, *BUTTONS, "nlu_fallback"}


def test_every_action_of_the_domain_is_served_and_the_other_way_round() -> None:
    form = {"validate_intake", "action_ask_intake_intake_done"}
    assert set(executor().actions) == set(rules().values()) - {"intake"} | form


@pytest.mark.parametrize("label", [*LABELS, *BUTTONS])
async def test_label_is_answered_with_texts_that_exist(
    conversation: Conversation, texts: TextBook, label: str
) -> None:
    payloads = await conversation.hear(label)
    assert payloads
    assert [key for key in keys(payloads) if not texts.has(key)] == []
    assert keys(payloads) or label in WORDED_BY_THE_BOT


@pytest.mark.parametrize("label", [*LABELS, *BUTTONS])
async def test_quiet_turn_has_no_menu(conversation: Conversation, label: str) -> None:
    for payload in await conversation.hear(label, quiet=True):
        assert "effect" in payload or payload["options"] == []


async def test_options_are_buttons_that_exist(conversation: Conversation, texts: TextBook) -> None:
    payloads = await conversation.hear("reschedule_appointment") + await conversation.mumble(
        "ask_cost", "ask_hours"
    )
    payloads += await conversation.mumble()
    options = [option for payload in payloads for option in payload.get("options", [])]
    assert options
    assert all(texts.title(option, language) for option in options for language in ("es", "en"))


async def test_question_is_answered_by_its_own_text(conversation: Conversation) -> None:
    assert await conversation.hear("ask_cost") == [{"say": "answer.ask_cost"}]


async def test_only_the_first_greeting_introduces_the_assistant(conversation: Conversation) -> None:
    assert await conversation.hear("greet") == [{"say": "answer.greet"}]
    assert await conversation.hear("greet") == [{"say": "answer.greet.again"}]


async def test_an_answer_says_what_it_rests_on(conversation: Conversation) -> None:
    await conversation.hear("ask_cost")
    assert conversation.understood == {"label": "ask_cost", "confidence": 0.9, "unsure": False}


async def test_a_question_back_says_which_label_was_not_sure_enough(conversation: Conversation) -> None:
    await conversation.mumble("ask_cost", "ask_hours")
    assert conversation.understood == {"label": "ask_cost", "confidence": 0.5, "unsure": True}
