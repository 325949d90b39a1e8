"""Conversations with a real Rasa: labels, offers, what is not understood, what always works."""

import uuid

import pytest

from tests.engine.conftest import LABELS, Engine


@pytest.fixture
def somebody() -> str:
    return str(uuid.uuid4())


def test_question_is_answered_in_either_language(engine: Engine, somebody: str) -> None:
    assert engine.ask(somebody, "cuánto cuesta la consulta") == [{"say": "answer.ask_cost"}]
    assert engine.ask(somebody, "how much does it cost", language="en") == [{"say": "answer.ask_cost"}]


def test_task_is_confirmed_before_a_case_is_opened(engine: Engine, somebody: str) -> None:
    (explained,) = engine.ask(somebody, "quiero una segunda opinión del diagnóstico")
    assert explained["say"] == "answer.second_opinion"
    (opened,) = engine.ask(somebody, "sí")
    assert (opened["effect"], opened["reason"], opened["topic"]) == ("open_case", "task", "second_opinion")


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
    engine.ask(somebody, "/request_referral")
    for _ in range(12):
        engine.ask(somebody, "/ask_cost")
    (opened,) = engine.ask(somebody, "/affirm")
    assert opened["topic"] == "request_referral"


def test_greeting_is_remembered(engine: Engine, somebody: str) -> None:
    assert engine.ask(somebody, "hola") == [{"say": "answer.greet"}]
    for _ in range(12):
        engine.ask(somebody, "/ask_cost")
    assert engine.ask(somebody, "hola") == [{"say": "answer.greet.again"}]


def test_conversations_do_not_mix(engine: Engine) -> None:
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    engine.ask(one, "/second_opinion")
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
