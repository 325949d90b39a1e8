"""The way into the engine: who may come in, and what the bot hears when something fails."""

import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.engine.conftest import Engine

SECRET_TEXT = "mi número es 55 5555 0199 y me llamo Perla Inventada"


def test_wrong_token_is_refused(engine: Engine) -> None:
    assert engine.post("c", "hola", token="wrong").status_code == 403
    assert engine.post("c", "hola", token="").status_code == 403


def test_api_needs_the_token_too(engine: Engine) -> None:
    assert httpx.get(f"{engine.url}/conversations/c/tracker").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"message": "hola"},
        {"sender": "", "message": "hola"},
        {"sender": "c"},
        {"sender": "c", "message": 3},
        {"sender": "c", "message": "hola", "metadata": "x"},
    ],
)
def test_malformed_request_is_refused(engine: Engine, body: Any) -> None:
    url = f"{engine.url}/webhooks/rest/webhook"
    assert httpx.post(url, params={"token": engine.token}, json=body).status_code == 400


def test_body_that_is_no_json_is_refused(engine: Engine) -> None:
    url = f"{engine.url}/webhooks/rest/webhook"
    assert httpx.post(url, params={"token": engine.token}, content=b"{").status_code == 400


def test_failed_action_is_an_error_and_the_turn_can_be_taken_back(engine: Engine) -> None:
    sender = str(uuid.uuid4())
    engine.actions.stop()
    try:
        failed = engine.post(sender, SECRET_TEXT, message_id="m1")
    finally:
        engine.actions.start()
        engine.actions.await_answer(engine.actions_url.split("/webhook")[0] + "/health")
    assert (failed.status_code, failed.json()) == (500, {"error": "no_answer"})
    assert _answers_to(engine, sender, "m1") == []
    _rewind(engine, sender)
    assert engine.ask(sender, "cuánto cuesta la consulta", message_id="m1") == [{"say": "answer.ask_cost"}]
    assert _answers_to(engine, sender, "m1") == [{"say": "answer.ask_cost"}]


def test_answer_to_a_message_is_found_again(engine: Engine) -> None:
    sender = str(uuid.uuid4())
    for number in range(10):
        engine.ask(sender, "/ask_cost", message_id=f"m{number}")
    assert (
        _answers_to(engine, sender, "m9") == _answers_to(engine, sender, "m7") == [{"say": "answer.ask_cost"}]
    )


def test_answer_names_its_model_and_what_it_rests_on(engine: Engine, model: Path) -> None:
    answer = engine.post(str(uuid.uuid4()), "cuánto cuesta la consulta")
    assert answer.headers["X-Model"] == model.name
    understood = answer.json()[0]["custom"]["understood"]
    assert (understood["label"], understood["unsure"]) == ("ask_cost", False)
    assert 0.5 < understood["confidence"] <= 1


def test_log_holds_no_text_no_name_no_number(engine: Engine) -> None:
    sender = str(uuid.uuid4())
    engine.post(sender, SECRET_TEXT)
    engine.post(sender, f"/{SECRET_TEXT}")
    engine.post(sender, '/ask_cost{"x": Perla')
    engine.parse(SECRET_TEXT)
    printed = engine.process.printed()
    assert printed
    for secret in ("Perla", "Inventada", "0199", sender, engine.token, engine.keys[0]):
        assert secret not in printed


def _answers_to(engine: Engine, sender: str, message_id: str) -> list[dict[str, Any]]:
    """As the bot looks it up: what followed that message in the tracker, without what it rests on."""
    events = engine.get(f"/conversations/{sender}/tracker")["events"]
    places = [
        place
        for place, event in enumerate(events)
        if event["event"] == "user" and event["metadata"].get("message_id") == message_id
    ]
    after = events[places[-1] + 1 :] if places else []
    answers = []
    for event in after:
        if event["event"] == "user":
            break
        if event["event"] == "bot":
            answers.append(event["data"]["custom"])
    for first in answers[:1]:
        assert first.pop("understood")["label"]
    return answers


def _rewind(engine: Engine, sender: str) -> None:
    events = [{"event": "rewind"}, {"event": "action", "name": "action_listen"}]
    url = f"{engine.url}/conversations/{sender}/tracker/events"
    httpx.post(url, params={"token": engine.token}, json=events).raise_for_status()
