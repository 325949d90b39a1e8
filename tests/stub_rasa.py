"""A stand-in for Rasa at its HTTP seam: labels by a test's own words, a tracker, and faults. The client is the real one."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.server import listen, serving
from tests.stub_form import FORM_LABELS, FormOfRasa

MODEL = "puente-stub.tar.gz"
SPECIAL: dict[str, list[dict[str, Any]]] = {
    "talk_to_human": [
        {"effect": "open_case", "reason": "asked", "topic": "talk_to_human", "urgency": "normal"}
    ],
    "not_helped": [
        {"effect": "open_case", "reason": "not_helped", "topic": "talk_to_human", "urgency": "normal"}
    ],
    "complaint": [
        {"say": "answer.complaint"},
        {"effect": "open_case", "reason": "complaint", "topic": "complaint", "urgency": "high"},
    ],
    "case_status": [{"effect": "case_status"}],
    "call_me": [{"effect": "callback"}],
    "consent": [
        {
            "effect": "give_consent",
            "say": {"given": "privacy.consent.given", "at_rest": "privacy.consent.at_rest"},
        }
    ],
    "no_consent": [{"effect": "revoke_consent", "say": {"done": "privacy.consent.declined"}}],
    "send_records": [{"effect": "offer_page"}],
    "my_files": [{"effect": "list_files"}],
    "repeat": [{"effect": "repeat"}],
    "opt_out": [{"effect": "opt_out"}],
    "emergency": [{"effect": "safety", "verdict": "emergency"}],
    "nlu_fallback": [
        {"say": "fallback.which", "options": ["ask_cost", "ask_hours", "ask_location", "talk_to_human"]}
    ],
}


class StubRasa:
    """`label_of` says what a text means; `down` answers 500; `fail_next` saves the turn and fails, as a failed action does."""

    def __init__(self) -> None:
        self.label_of: Callable[[str], str] = lambda text: "nlu_fallback"
        self.down = False
        self.fail_next = 0
        self.slow = 0.0  # seconds before an answer goes out; the turn is saved before
        self.asked: list[tuple[str, str, dict[str, Any]]] = []  # sender, text, metadata
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.confidence_of: Callable[[str], float] = lambda text: 0.95
        self.forms: dict[str, FormOfRasa] = {}  # by sender; emptied, the tracker is lost

    def counted(self) -> Counter[str]:
        """How often each message id stands in the trackers, rewound turns left out."""
        ids = [
            event["metadata"]["message_id"]
            for events in self.events.values()
            for event in effective(events)
            if event["event"] == "user"
        ]
        return Counter(ids)

    async def status(self, request: Request) -> Response:
        return JSONResponse({"model_id": "stub"})

    async def parse(self, request: Request) -> Response:
        if self.down:
            return Response(status_code=500)
        label = self.label_of((await request.json())["text"])
        ranking = [{"name": name, "confidence": 0.3} for name in ("ask_cost", "ask_hours", "ask_location")]
        return JSONResponse({"intent": {"name": label, "confidence": 0.9}, "intent_ranking": ranking})

    async def answer(self, request: Request) -> Response:
        if self.down:
            return Response(status_code=500)
        body = await request.json()
        sender, text = body["sender"], body["message"]
        self.asked.append((sender, text, body["metadata"]))
        events = self.events.setdefault(sender, [])
        events.append({"event": "user", "text": text, "metadata": body["metadata"]})
        if self.fail_next:
            self.fail_next -= 1
            return Response(status_code=500)
        label = text[1:].partition("{")[0] if text.startswith("/") else self.label_of(text)
        if self.slow:
            await asyncio.sleep(self.slow)
        if body["metadata"].get("draft") or (label in FORM_LABELS and label not in SPECIAL):
            return await self._with_the_form(sender, label, body)
        first, *rest = SPECIAL.get(label, [{"say": f"answer.{label}"}])
        tapped, unsure = text.startswith("/"), label == "nlu_fallback"
        understood = {
            "label": "ask_cost" if unsure else label,
            "confidence": 1.0 if tapped else 0.3 if unsure else 0.9,
            "unsure": unsure,
        }
        return self._said(sender, [{**first, "understood": understood}, *rest])

    async def _with_the_form(self, sender: str, label: str, body: dict[str, Any]) -> Response:
        """While a request is told the real actions answer, in the order in which Rasa's form calls them."""
        form = self.forms.setdefault(sender, FormOfRasa(sender))
        confidence = 1.0 if body["message"].startswith("/") else self.confidence_of(body["message"])
        return self._said(sender, await form.answer(label, confidence, body["message"], body["metadata"]))

    def _said(self, sender: str, customs: list[dict[str, Any]]) -> Response:
        events = self.events[sender]
        events += [{"event": "bot", "data": {"custom": custom}} for custom in customs]
        answers = [{"recipient_id": sender, "custom": custom} for custom in customs]
        return JSONResponse(answers, headers={"X-Model": MODEL})

    async def tracker(self, request: Request) -> Response:
        return JSONResponse({"events": self.events.get(request.path_params["sender"], [])})

    async def append(self, request: Request) -> Response:
        self.events[request.path_params["sender"]] += await request.json()
        return JSONResponse({})


def effective(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is left once each `rewind` has undone the last user event and what followed."""
    kept: list[dict[str, Any]] = []
    for event in events:
        if event["event"] == "rewind":
            last = max(index for index, one in enumerate(kept) if one["event"] == "user")
            del kept[last:]
        else:
            kept.append(event)
    return kept


@contextlib.asynccontextmanager
async def stub_rasa() -> AsyncIterator[tuple[StubRasa, str]]:
    """The stub and its URL."""
    stub = StubRasa()
    async with served(stub) as url:
        yield stub, url


@contextlib.asynccontextmanager
async def served(stub: StubRasa) -> AsyncIterator[str]:
    """The URL of this stand-in."""
    app = Starlette(
        routes=[
            Route("/status", stub.status),
            Route("/model/parse", stub.parse, methods=["POST"]),
            Route("/webhooks/rest/webhook", stub.answer, methods=["POST"]),
            Route("/conversations/{sender}/tracker", stub.tracker),
            Route("/conversations/{sender}/tracker/events", stub.append, methods=["POST"]),
        ]
    )
    sock = listen("127.0.0.1", 0)
    async with serving(app, sock):
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
