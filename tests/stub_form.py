"""Rasa's form `intake` at its seam with the actions: the same calls in the same order, on labels of a test's own."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor

import actions
from bot.entities import Entities

ROOT = Path(__file__).parents[1]
FORM = "intake"
FORM_LABELS = ("request_referral", "second_opinion", "collaborate", "intake_choice")


@cache
def executor() -> ActionExecutor:
    executor = ActionExecutor()
    executor.register_package(actions)
    return executor


@cache
def entities() -> Entities:
    return Entities.load(ROOT / "data" / "entities")


@cache
def rules() -> Mapping[str, str]:
    """The action that the project's rules give to each label."""
    chosen = {}
    for path in (ROOT / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text()).get("rules", []):
            first, *rest = rule["steps"]
            for step in first.get("or", [first]):
                if "intent" in step:
                    chosen[step["intent"]] = rest[0]["action"]
    return chosen


class FormOfRasa:
    """One conversation's tracker, as far as the form needs it."""

    def __init__(self, sender: str) -> None:
        self.sender = sender
        self.slots: dict[str, Any] = {}
        self.open = False
        self.events: list[dict[str, Any]] = []
        self.message: dict[str, Any] = {}

    async def answer(
        self, label: str, confidence: float, text: str, metadata: dict[str, Any]
    ) -> list[dict[str, Any]]:
        self.message = {
            "intent": {"name": label, "confidence": confidence},
            "intent_ranking": [{"name": label, "confidence": confidence}],
            "entities": [] if text.startswith("/") else _entities(text),
            "text": text,
            "metadata": metadata,
        }
        self.events.append({"event": "user"})
        if self.open or label in FORM_LABELS:
            said, rejected = await self._form()
            if not rejected:
                return said
        said = await self._run(rules()[label])
        if self._followup() == FORM:
            said += (await self._form())[0]
        return said

    async def _form(self) -> tuple[list[dict[str, Any]], bool]:
        """What the form says, and whether it left the message to its rule."""
        self.open = True
        before = len(self.events)
        said = await self._run("validate_intake", own=False)
        new = self.events[before:]
        if any(event["event"] == "action_execution_rejected" for event in new):
            return [], True
        if self.slots.get("intake_done"):
            self.open = False
            return said, False
        return [*said, *await self._run("action_ask_intake_intake_done", own=False)], False

    async def _run(self, name: str, *, own: bool = True) -> list[dict[str, Any]]:
        tracker = {
            "sender_id": self.sender,
            "slots": self.slots,
            "latest_message": self.message,
            "events": self.events,
            "active_loop": {"name": FORM} if self.open else {},
        }
        result = await executor().run({"next_action": name, "tracker": tracker, "domain": {}})
        assert result is not None
        if own:
            self.events.append({"event": "action", "name": name})
        for event in result.events:
            self.events.append(event)
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            if event["event"] == "active_loop":
                self.open = event["name"] == FORM
        return [response["custom"] for response in result.responses]

    def _followup(self) -> str:
        since = self.events[max(i for i, event in enumerate(self.events) if event["event"] == "user") :]
        return next((event["name"] for event in since if event["event"] == "followup"), "")


def _entities(text: str) -> list[dict[str, Any]]:
    return [
        {"entity": one.kind, "value": one.value, "start": one.start, "end": one.end}
        for one in entities().find(text)
    ]
