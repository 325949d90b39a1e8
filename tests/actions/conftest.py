"""The actions as the bot runs them: through rasa_sdk's executor, with a tracker like Rasa's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from tests.stub_form import executor, rules

FORMS = {"intake": "validate_intake"}  # Rasa's form itself is no action of ours


@dataclass
class Conversation:
    """One person's tracker, as far as actions read it. Rules choose the action, as they do in Rasa."""

    executor: ActionExecutor
    rules: Mapping[str, str]
    slots: dict[str, Any] = field(default_factory=dict)
    understood: dict[str, Any] = field(default_factory=dict)  # what the last answer says it rests on

    async def hear(
        self, label: str, text: str = "…", entities: Sequence[dict[str, Any]] = (), **metadata: Any
    ) -> list[dict[str, Any]]:
        """What is answered to a message with this label that names these entities."""
        return await self._run(self.rules[label], [label], text, metadata, entities=entities)

    async def tap(self, label: str, **metadata: Any) -> list[dict[str, Any]]:
        return await self.hear(label, f"/{label}", **metadata)

    async def hear_several(self, label: str, *also_wanted: str) -> list[dict[str, Any]]:
        """What is answered to a message with this label that asks other things as well."""
        return await self._run(self.rules[label], [label], "…", {}, also_wanted)

    async def mumble_several(self, *likely: str, also_wanted: Sequence[str]) -> list[dict[str, Any]]:
        """A message that is not understood as a whole, with questions in it that are clear."""
        return await self._run(self.rules["nlu_fallback"], ["nlu_fallback", *likely], "mmm", {}, also_wanted)

    async def mumble(self, *likely: str, **metadata: Any) -> list[dict[str, Any]]:
        """A message that is not understood; `likely` are the labels it might have, best first."""
        return await self._run(self.rules["nlu_fallback"], ["nlu_fallback", *likely], "mmm", metadata)

    async def _run(
        self,
        action: str,
        ranking: list[str],
        text: str,
        metadata: dict[str, Any],
        also_wanted: Sequence[str] = (),
        entities: Sequence[dict[str, Any]] = (),
    ) -> list[dict[str, Any]]:
        message = {
            "intent": {"name": ranking[0], "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": 0.5} for name in ranking],
            "also_wanted": list(also_wanted),
            "entities": list(entities),
            "text": text,
            "metadata": {"language": "es", **metadata},
        }
        tracker = {"sender_id": "c", "slots": self.slots, "latest_message": message, "events": []}
        action = FORMS.get(action, action)
        result = await self.executor.run({"next_action": action, "tracker": tracker, "domain": {}})
        assert result is not None
        self.slots |= {event["name"]: event["value"] for event in result.events if event["event"] == "slot"}
        payloads = [response["custom"] for response in result.responses]
        self.understood = payloads[0].pop("understood") if payloads else {}
        return payloads


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(executor(), rules())
