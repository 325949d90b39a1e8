"""What actions ask the bot to do besides opening cases."""

import pytest

from tests.actions.conftest import Conversation


@pytest.mark.parametrize("verdict", ["emergency", "crisis"])
async def test_danger_is_raised(conversation: Conversation, verdict: str) -> None:
    assert await conversation.hear(verdict) == [{"effect": "safety", "say": {}, "verdict": verdict}]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can we speak English please", "en"),
        ("en inglés porfa", "en"),
        ("INGLES", "en"),
        ("prefiero español", "es"),
        ("Spanish please", "es"),
        ("/english", "en"),
        ("/spanish", "es"),
    ],
)
async def test_named_language_is_set(conversation: Conversation, text: str, language: str) -> None:
    assert await conversation.hear("change_language", text) == [
        {"effect": "set_language", "say": {"done": "language.changed"}, "language": language}
    ]


@pytest.mark.parametrize("text", ["otro idioma por favor", "¿english o español?", "/change_language"])
async def test_unnamed_language_is_the_other_one(conversation: Conversation, text: str) -> None:
    await conversation.hear("greet", language="es")
    assert (await conversation.hear("change_language", text, language="es"))[0]["language"] == "en"


async def test_language_just_switched_to_is_the_one_wished(conversation: Conversation) -> None:
    await conversation.hear("greet", language="es")
    payloads = await conversation.hear("change_language", "please change the language", language="en")
    assert payloads[0]["language"] == "en"


@pytest.mark.parametrize(("label", "effect"), [("my_data", "my_data"), ("delete_my_data", "erase")])
async def test_rights_over_data_are_answered_and_handed_on(
    conversation: Conversation, label: str, effect: str
) -> None:
    said, asked = await conversation.hear(label)
    assert said == {"say": f"answer.{label}"}
    assert asked["effect"] == effect


async def test_opting_out_is_an_effect(conversation: Conversation) -> None:
    assert await conversation.tap("opt_out") == [{"effect": "opt_out", "say": {"done": "opt_out.done"}}]


async def test_a_guessed_wish_to_opt_out_is_asked_about(conversation: Conversation) -> None:
    said = await conversation.hear("opt_out", "no me sirvió")
    assert said == [{"say": "opt_out.ask", "options": ["opt_out", "talk_to_human"]}]


async def test_twice_out_of_scope_offers_a_person(conversation: Conversation) -> None:
    await conversation.hear("out_of_scope", "qwpoeiru")
    assert (await conversation.hear("out_of_scope", "asdkjfh"))[0]["say"] == "fallback.offer_person"


async def test_after_a_death_small_talk_hears_of_no_danger(conversation: Conversation) -> None:
    assert (await conversation.hear("thank", "gracias", quiet=True, grief=True))[0]["say"] == "quiet.grief"


async def test_repeating_keeps_what_a_yes_means(conversation: Conversation) -> None:
    await conversation.hear("reschedule_appointment")
    assert (await conversation.hear("repeat"))[0]["effect"] == "repeat"
    assert (await conversation.hear("affirm", "sí"))[0]["topic"] == "reschedule_appointment"


async def test_records_are_sent_by_a_page(conversation: Conversation) -> None:
    assert (await conversation.hear("send_records"))[0]["effect"] == "offer_page"
    assert (await conversation.tap("my_files"))[0]["effect"] == "list_files"


async def test_in_a_quiet_time_no_page_is_offered(conversation: Conversation) -> None:
    said = await conversation.hear("send_records", quiet=True)
    assert said == [{"say": "answer.send_records", "options": []}]
