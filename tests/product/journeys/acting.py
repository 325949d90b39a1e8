"""A stand-in for Rasa that runs the real actions: a test says what its words mean, the rules and actions do the rest."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.times import times
from tests import stub_rasa
from tests.stub_form import FORM_LABELS, entities, executor, rules
from tests.stub_rasa import MODEL, StubRasa


class ActingRasa(StubRasa):
    """Labels by a test's words, entities as the engine finds them, answers by the project's rules and actions."""

    def __init__(self) -> None:
        super().__init__()
        self.label_of: Callable[[str], str] = lambda text: "nlu_fallback"
        self.slots: dict[str, dict[str, Any]] = {}

    async def answer(self, request: Request) -> Response:
        if self.down:
            return Response(status_code=500)
        body = await request.json()
        sender, text, told = body["sender"], body["message"], body["metadata"]
        self.asked.append((sender, text, told))
        events = self.events.setdefault(sender, [])
        events.append({"event": "user", "text": text, "metadata": told})
        label, entities = self._understood(text, told)
        if told.get("draft") or label in FORM_LABELS:
            return await self._with_the_form(sender, label, body)
        customs = await self._act(sender, label, text, entities, told)
        events += [{"event": "bot", "data": {"custom": custom}} for custom in customs]
        answers = [{"recipient_id": sender, "custom": custom} for custom in customs]
        return JSONResponse(answers, headers={"X-Model": MODEL})

    def _understood(self, text: str, told: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        if text.startswith("/"):
            label, brace, rest = text[1:].partition("{")
            named = json.loads(f"{{{rest}") if brace else {}
            return label, [{"entity": kind, "value": value} for kind, them in named.items() for value in them]
        now = datetime.fromisoformat(told["now"])
        found = [*entities().find(text), *times(text, now, told["language"])]
        named = [{"entity": f.kind, "value": f.value, "start": f.start, "end": f.end} for f in found]
        return self.label_of(text), named

    async def _act(
        self, sender: str, label: str, text: str, entities: list[dict[str, Any]], told: dict[str, Any]
    ) -> list[dict[str, Any]]:
        slots = self.slots.setdefault(sender, {})
        message = {
            "intent": {"name": label, "confidence": 0.9},
            "intent_ranking": [{"name": label, "confidence": 0.9}],
            "entities": entities,
            "text": text,
            "metadata": told,
        }
        tracker = {
            "sender_id": sender,
            "slots": slots,
            "latest_message": message,
            "events": [],
            "active_loop": {},
        }
        result = await executor().run({"next_action": rules()[label], "tracker": tracker, "domain": {}})
        assert result is not None
        slots |= {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}
        return [response["custom"] for response in result.responses]


@contextlib.asynccontextmanager
async def acting_rasa() -> AsyncIterator[tuple[ActingRasa, str]]:
    """The stand-in and its URL."""
    rasa = ActingRasa()
    async with stub_rasa.served(rasa) as url:
        yield rasa, url
