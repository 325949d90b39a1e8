"""Consent: asked once for what needs it, answered by a button or in words, and what was wanted is taken up again."""

from types import SimpleNamespace

from actions.turn import Turn
from tests.actions.conftest import Conversation

CITY = {"entity": "city", "value": "puebla", "start": 0, "end": 6}


class Asker:
    """Collects what is said and remembered when something asks for consent."""

    def __init__(self, language: str = "es") -> None:
        self.messages: list[dict[str, object]] = []

    def utter_message(self, json_message: dict[str, object]) -> None:
        self.messages.append({"custom": json_message})


def asked(conversation: Conversation) -> list[dict[str, object]]:
    """What `schedule_telehealth` says when it asks for consent; the offer is remembered as Rasa would."""

    message = {
        "intent": {"name": "schedule_telehealth", "confidence": 0.9},
        "entities": [CITY],
        "text": "…",
        "metadata": {"language": "es", "consented": False},
    }
    asker = Asker()
    turn = Turn(asker, SimpleNamespace(slots=conversation.slots, latest_message=message))
    assert not turn.consented
    turn.ask_consent()
    conversation.slots |= {event["name"]: event["value"] for event in turn.events()}
    return [message["custom"] for message in asker.messages]  # type: ignore[misc]


async def test_consent_is_asked_with_a_person_one_tap_away(conversation: Conversation) -> None:
    assert asked(conversation) == [
        {"say": "privacy.consent.ask", "options": ["consent", "no_consent", "talk_to_human"]}
    ]


async def test_a_yes_takes_up_what_was_wanted_with_what_it_named(conversation: Conversation) -> None:
    for answer in (conversation.tap("consent"), conversation.hear("affirm", "sí")):
        asked(conversation)
        (payload,) = await answer
        assert payload["effect"] == "give_consent"
        assert payload["then"] == '/schedule_telehealth{"city": ["puebla"]}'


async def test_a_tap_much_later_still_knows_what_it_was_for(conversation: Conversation) -> None:
    asked(conversation)
    await conversation.hear("ask_cost")
    (payload,) = await conversation.tap("consent")
    assert payload["then"].startswith("/schedule_telehealth")


async def test_a_no_is_kind_and_asks_for_nothing(conversation: Conversation) -> None:
    for answer in (conversation.tap("no_consent"), conversation.hear("deny", "no")):
        asked(conversation)
        assert await answer == [{"effect": "revoke_consent", "say": {"done": "privacy.consent.declined"}}]
        assert conversation.slots["last_offer"] is None


async def test_a_yes_with_nothing_waiting_starts_nothing(conversation: Conversation) -> None:
    (payload,) = await conversation.tap("consent")
    assert payload["then"] == ""


async def test_a_person_instead_of_consent_hears_what_it_was_about(conversation: Conversation) -> None:
    asked(conversation)
    (payload,) = await conversation.tap("talk_to_human")
    assert (payload["effect"], payload["topic"]) == ("open_case", "schedule_telehealth")
