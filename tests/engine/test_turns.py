"""Conversations with a real Rasa: labels, offers, what is not understood, what always works."""

import uuid

import pytest

from tests.engine.conftest import LABELS, Engine

ASKED_FOR_THE_CITY = {
    "id": 1,
    "journey": "second_opinion",
    "step": "city",
    "answered": [],
    "in_play": True,
    "left": "",
}


@pytest.fixture
def somebody() -> str:
    return str(uuid.uuid4())


def test_question_is_answered_in_either_language(engine: Engine, somebody: str) -> None:
    assert engine.ask(somebody, "cuánto cuesta la consulta") == [{"say": "answer.ask_cost"}]
    assert engine.ask(somebody, "how much does it cost", language="en") == [{"say": "answer.ask_cost"}]


def test_a_request_is_told_in_a_form_that_begins_and_keeps_what_was_told(
    engine: Engine, somebody: str
) -> None:
    begun, kept, asked = engine.ask(somebody, "quiero una segunda opinión del diagnóstico")
    assert begun["say"] == "intake.begin.second_opinion"
    assert (kept["effect"], kept["journey"], asked["effect"]) == ("keep_draft", "second_opinion", "ask_step")
    kept, asked = engine.ask(somebody, "vivimos en Puebla", draft=ASKED_FOR_THE_CITY)
    assert kept["answers"] == {"city": {"value": "puebla"}}
    assert asked["effect"] == "ask_step"


def test_a_question_in_a_form_is_answered_by_its_own_rule_and_the_form_asks_again(
    engine: Engine, somebody: str
) -> None:
    engine.ask(somebody, "/second_opinion")
    for _ in range(2):
        answer, asked = engine.ask(somebody, "cuánto cuesta la consulta", draft=ASKED_FOR_THE_CITY)
        assert (answer["say"], asked["effect"], asked["back"]) == ("answer.ask_cost", "ask_step", True)
    kept, _ = engine.ask(somebody, "vivimos en Puebla", draft=ASKED_FOR_THE_CITY)
    assert kept["answers"] == {"city": {"value": "puebla"}}


def test_a_request_is_told_on_when_the_tracker_is_lost(engine: Engine, somebody: str) -> None:
    kept, asked = engine.ask(somebody, "vivimos en Puebla", draft=ASKED_FOR_THE_CITY)
    assert (kept["answers"], asked["effect"]) == ({"city": {"value": "puebla"}}, "ask_step")


def test_a_request_that_is_not_told_on_is_out_of_the_way(engine: Engine, somebody: str) -> None:
    engine.ask(somebody, "/second_opinion")
    opened, left = engine.ask(somebody, "/talk_to_human", draft=ASKED_FOR_THE_CITY)
    assert (opened["effect"], left["why"]) == ("open_case", "person")
    resting = {**ASKED_FOR_THE_CITY, "in_play": False, "left": "person"}
    for _ in range(2):
        assert engine.ask(somebody, "cuánto cuesta la consulta", draft=resting) == [
            {"say": "answer.ask_cost"}
        ]
    (offered,) = engine.ask(somebody, "/second_opinion", draft=resting)
    assert offered["effect"] == "offer_resume"
    assert engine.ask(somebody, "cuánto cuesta la consulta", draft=resting) == [{"say": "answer.ask_cost"}]


def test_a_request_in_a_quiet_chat_asks_nothing(engine: Engine, somebody: str) -> None:
    assert engine.ask(somebody, "/second_opinion", quiet=True) == [
        {"say": "answer.second_opinion", "options": []}
    ]


def test_message_that_is_not_understood_twice_offers_a_person(engine: Engine, somebody: str) -> None:
    (first,) = engine.ask(somebody, "xyzzy plugh qwrt")
    assert first["say"] == "fallback.which"
    assert len(first["options"]) == 4
    assert first["options"][-1] == "talk_to_human"
    (second,) = engine.ask(somebody, "brzl frotz")
    assert second["say"] == "fallback.offer_person"
    (opened,) = engine.ask(somebody, "sí")
    assert opened["reason"] == "misunderstood"


def test_danger_is_raised_in_the_middle_of_anything(engine: Engine, somebody: str) -> None:
    engine.ask(somebody, "quiero una segunda opinión del diagnóstico")
    assert engine.ask(somebody, "mi papá no respira y tiene los labios morados") == [
        {"effect": "safety", "say": {}, "verdict": "emergency"}
    ]


def test_tapped_button_needs_no_understanding(engine: Engine, somebody: str) -> None:
    (asked,) = engine.ask(somebody, "/talk_to_human")
    assert (asked["effect"], asked["reason"]) == ("open_case", "asked")
    (unhelpful,) = engine.ask(somebody, "/not_helped")
    assert unhelpful["reason"] == "not_helped"


def test_what_a_yes_means_survives_a_long_conversation(engine: Engine, somebody: str) -> None:
    engine.ask(somebody, "/reschedule_appointment")
    for _ in range(12):
        engine.ask(somebody, "/ask_cost")
    (opened,) = engine.ask(somebody, "/affirm")
    assert opened["topic"] == "reschedule_appointment"


def test_greeting_is_remembered(engine: Engine, somebody: str) -> None:
    assert engine.ask(somebody, "hola") == [{"say": "answer.greet"}]
    for _ in range(12):
        engine.ask(somebody, "/ask_cost")
    assert engine.ask(somebody, "hola") == [{"say": "answer.greet.again"}]


def test_conversations_do_not_mix(engine: Engine) -> None:
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    engine.ask(one, "/reschedule_appointment")
    assert engine.ask(other, "sí") == [{"say": "answer.affirm"}]


def test_parsing_ranks_all_labels_tells_the_language_and_records_nothing(engine: Engine) -> None:
    parsed = engine.parse("how much does it cost")
    assert parsed["intent"]["name"] == "ask_cost"
    assert parsed["language"] == "en"
    assert len({entry["name"] for entry in parsed["intent_ranking"]} - {"nlu_fallback"}) == LABELS


def test_bots_word_on_the_language_counts(engine: Engine, somebody: str) -> None:
    engine.ask(somebody, "ok", language="en")
    events = engine.get(f"/conversations/{somebody}/tracker")["events"]
    assert [event["parse_data"]["language"] for event in events if event["event"] == "user"] == ["en"]
