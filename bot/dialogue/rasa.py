"""Rasa over loopback HTTP: ask for the answer to a turn, parse without recording, and never count a turn twice.

Sources: legacy-docs-oss.rasa.com/docs/rasa/pages/http-api; the engine's REST channel (`engine/`), which answers 500 when an
action failed, where Rasa's own would answer 200 and an empty list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import UUID

import httpx

ANSWER_SECONDS = 8.0
PARSE_SECONDS = 3.0
LONGEST_TEXT = 2000  # characters that the understanding reads


class RasaDown(Exception):
    """Rasa could not be reached, failed, or said nothing."""


@dataclass(frozen=True, slots=True)
class Parse:
    """What one text would be taken for. `ranking` holds (label, confidence), best first, without the fallback."""

    label: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The `custom` payloads that answer a turn, never none, and the file name of the model that chose them.

    The first payload says under "understood" what it rests on: {"label", "confidence", "unsure"} (actions/turn.py).
    `model` is empty when the answer was found in the tracker, where it is not kept.
    """

    payloads: list[dict[str, Any]]
    model: str = ""

    @property
    def understood(self) -> Mapping[str, Any]:
        return self.payloads[0].get("understood") or {}


class Rasa:
    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, params={"token": token}, timeout=ANSWER_SECONDS)

    async def close(self) -> None:
        await self._client.aclose()

    async def ready(self) -> bool:
        """Whether a model is loaded."""
        try:
            answer = await self._client.get("/status", timeout=PARSE_SECONDS)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and bool(answer.json().get("model_id"))

    async def parse(self, text: str) -> Parse:
        """What the text means; recorded nowhere. Raises RasaDown."""
        answer = await self._post("/model/parse", {"text": plain(text)}, seconds=PARSE_SECONDS)
        ranking = tuple(
            (item["name"], float(item["confidence"]))
            for item in answer["intent_ranking"]
            if item["name"] != "nlu_fallback"
        )
        return Parse(answer["intent"]["name"], float(answer["intent"]["confidence"]), ranking)

    async def answer(
        self, conversation_id: UUID, message: str, metadata: Mapping[str, Any], *, asked_before: bool
    ) -> Answer:
        """The answer to a turn. `metadata["message_id"]` names the turn. Raises RasaDown.

        With `asked_before` the tracker is looked at first: an answer found there is taken, a failed turn is rewound.
        """
        if asked_before and (
            found := await self._answered_already(conversation_id, str(metadata["message_id"]))
        ):
            return Answer(found)
        body = {"sender": str(conversation_id), "message": message, "metadata": dict(metadata)}
        answer, headers = await self._exchange("POST", "/webhooks/rest/webhook", body, ANSWER_SECONDS)
        payloads = [item["custom"] for item in answer if "custom" in item]
        if not payloads:
            raise RasaDown("empty answer")
        return Answer(payloads, headers.get("X-Model", ""))

    async def _answered_already(self, conversation_id: UUID, message_id: str) -> list[dict[str, Any]]:
        """What followed this turn's message in the tracker; a turn without an answer is taken back there."""
        after = await self._events_since(conversation_id, message_id)
        if after is None:
            return []
        said = [event["data"]["custom"] for event in after if (event.get("data") or {}).get("custom")]
        if not said:
            await self._rewind(conversation_id)
        return said

    async def _events_since(self, conversation_id: UUID, message_id: str) -> list[dict[str, Any]] | None:
        tracker = await self._send("GET", f"/conversations/{conversation_id}/tracker")
        events: list[dict[str, Any]] = tracker.get("events") or []
        for index in range(len(events) - 1, -1, -1):
            event = events[index]
            if event["event"] == "rewind":
                return None
            if event["event"] == "user" and (event.get("metadata") or {}).get("message_id") == message_id:
                return list(takewhile(lambda later: later["event"] != "user", events[index + 1 :]))
        return None

    async def _rewind(self, conversation_id: UUID) -> None:
        events = [{"event": "rewind"}, {"event": "action", "name": "action_listen"}]
        await self._send("POST", f"/conversations/{conversation_id}/tracker/events", events)

    async def _post(self, path: str, body: Any, seconds: float) -> Any:
        return await self._send("POST", path, body, seconds)

    async def _send(self, method: str, path: str, body: Any = None, seconds: float = ANSWER_SECONDS) -> Any:
        return (await self._exchange(method, path, body, seconds))[0]

    async def _exchange(self, method: str, path: str, body: Any, seconds: float) -> tuple[Any, httpx.Headers]:
        try:
            answer = await self._client.request(method, path, json=body, timeout=seconds)
            answer.raise_for_status()
            return answer.json(), answer.headers
        except (httpx.HTTPError, ValueError) as error:
            raise RasaDown(type(error).__name__) from None  # its words may hold the text


def plain(text: str) -> str:
    """A person's words as Rasa may read them: cut, and never a command. Rasa takes any text that begins with `/`, once
    stripped, for a raw intent, so such a text is shown with another slash."""
    cut = text.strip()[:LONGEST_TEXT]
    return f"\N{DIVISION SLASH}{cut[1:]}" if cut.startswith("/") else cut
