"""Where Rasa keeps what it knows of a conversation: one encrypted row each, rewritten every turn.

Rasa's SQL store keeps every event in clear text for ever, which also makes each turn slower than the last.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from engine.database import Database
from engine.envelope import KeyRing

KEPT_TURNS = 4  # a repeated turn is the last one, or close to it; rules look back one turn
_KEPT_RANKS = 5

_READ = "SELECT sealed FROM rasa.tracker WHERE conversation_id = %s"
_WRITE = """
INSERT INTO rasa.tracker (conversation_id, sealed) VALUES (%s, %s)
ON CONFLICT (conversation_id) DO UPDATE SET sealed = excluded.sealed, updated_at = now()
"""


class EncryptedTrackerStore(TrackerStore):
    """`url`: libpq connection string; `keys`: as in ENCRYPTION_KEY.

    Forget a conversation by deleting its row of `rasa.tracker`. A tracker that cannot be read is an error
    (engine.envelope.Unreadable), never an empty conversation.
    """

    def __init__(
        self,
        domain: Domain | None,
        host: str | None = None,
        keys: str = "",
        event_broker: EventBroker | None = None,
    ) -> None:
        """Raises ValueError when url or keys are missing or wrong. Connects at the first turn, not here."""
        if not host:
            raise ValueError("endpoints.yml: tracker_store has no url (RASA_DB is empty)")
        super().__init__(domain, event_broker)
        self._keys = KeyRing(keys)
        self._database = Database(host)

    async def save(self, tracker: DialogueStateTracker) -> None:
        events = _recent(list(tracker.events), self.domain)
        content = json.dumps([_lean(event) for event in events], separators=(",", ":"))
        sealed = self._keys.seal(zlib.compress(content.encode(), 1), tracker.sender_id)
        await self._database.run(_WRITE, tracker.sender_id, sealed)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        rows = await self._database.run(_READ, sender_id)
        if not rows:
            return None
        content = json.loads(zlib.decompress(self._keys.open(bytes(rows[0][0]), sender_id)))
        events = [event for saved in content if (event := Event.from_parameters(saved))]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def keys(self) -> Iterable[str]:
        rows = await self._database.run("SELECT conversation_id FROM rasa.tracker")
        return [row[0] for row in rows]


def _recent(events: list[Event], domain: Domain) -> list[Event]:
    """The last turns, headed by events that restore the slots and the form as they were before them."""
    starts = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= KEPT_TURNS:
        return events
    cut = starts[-KEPT_TURNS]
    before = DialogueStateTracker.from_events("", events[:cut], domain.slots)
    return [*_summary(before), *events[cut:]]


def _summary(tracker: DialogueStateTracker) -> list[Event]:
    slots = [SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if slot.value is not None]
    form = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    return [SessionStarted(), *slots, *form, ActionExecuted(ACTION_LISTEN_NAME)]


def _lean(event: Event) -> dict[str, Any]:
    """The event without what is never read again: 56 ranks and a second copy of the metadata."""
    saved: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        parsed = {k: v for k, v in saved["parse_data"].items() if k not in ("metadata", "text_tokens")}
        saved["parse_data"] = {**parsed, "intent_ranking": parsed.get("intent_ranking", [])[:_KEPT_RANKS]}
    return saved
