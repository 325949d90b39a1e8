"""What must be different in Rasa 3.6.21 before it may serve patients. Applied when our channel is built.

Each function changes one thing and says why; `tests/engine` shows that each change holds.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from functools import lru_cache
from typing import Any

import rasa.core.actions.action as rasa_action
import rasa.core.agent as rasa_agent
import structlog
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.exceptions import RasaException

from engine.tracker_store import EncryptedTrackerStore

_ACTION_SECONDS = 10
_PARTS = ("events", "responses")
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


def apply() -> None:
    """All of it. Doing it twice does no harm."""
    silence_texts()
    check_actions_quickly()
    look_up_events_once()
    give_up_on_slow_actions()
    insist_on_our_tracker_store()


def silence_texts() -> None:
    """Log lines keep the event's name and place; texts, names and numbers stay out.

    Rasa logs what a person wrote in many places: as fields of structlog events, inside f-strings and in
    Python warnings. Choosing what to remove would miss one, so only what is known to be harmless passes.
    """
    structlog.configure(
        processors=[_event_name_only],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(True)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_PlaceOnly())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    for name in list(logging.root.manager.loggerDict):
        other = logging.getLogger(name)
        other.handlers[:] = []
        other.propagate = True


def where(error: BaseException) -> str:
    """The kind of an error and the line it came from: never its message, which may quote a person."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    cause = f" from {where(error.__cause__)}" if error.__cause__ else ""
    return f"{type(error).__name__}{place}{cause}"


def _event_name_only(_: Any, __: str, event: dict[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    name = str(event.get("event", ""))
    harmless = name if _EVENT.fullmatch(name) else "event"
    failed = bool(event.get("exc_info"))
    return (harmless,), {"extra": {"harmless": harmless}, "exc_info": sys.exc_info() if failed else None}


class _PlaceOnly(logging.Formatter):
    """One JSON object a line: event (what happened, else who spoke), level, at, error."""

    def format(self, record: logging.LogRecord) -> str:
        failed = record.exc_info[1] if record.exc_info else None
        line = {
            "event": getattr(record, "harmless", "") or record.name,
            "level": record.levelname.lower(),
            "time": self.formatTime(record),
            "at": f"{record.filename}:{record.lineno} {record.funcName}",
            "error": getattr(record, "error", "") or (where(failed) if failed else ""),
        }
        return json.dumps({key: value for key, value in line.items() if value})


def check_actions_quickly() -> None:
    """Rasa checks the JSON schema of the schema of every action's answer: 18 of the 25 ms of a turn.

    The actions are ours, and a wrong event fails anyway when it is read; their outer form is checked here.
    """

    def validate(_: RemoteAction, result: Any) -> bool:
        if not (isinstance(result, dict) and all(isinstance(result.get(part), list) for part in _PARTS)):
            raise RasaException("an action's answer has no lists of events and responses")
        return True

    RemoteAction._validate_action_result = validate


def look_up_events_once() -> None:
    """Rasa searches all classes of events for each event that it reads: a fifth of a turn."""
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))


def give_up_on_slow_actions() -> None:
    """Rasa waits 300 s for an action but locks the conversation for 60 s; ours answer in milliseconds."""
    rasa_action.DEFAULT_REQUEST_TIMEOUT = _ACTION_SECONDS


def insist_on_our_tracker_store() -> None:
    """Rasa keeps conversations in memory when the store of endpoints.yml cannot be used or stops working.

    Then a restart forgets them and nobody notices. Here the server refuses to start, and a turn fails.
    """

    def create(store: TrackerStore | None, domain: Domain | None) -> TrackerStore:
        if not isinstance(store, EncryptedTrackerStore):
            raise RasaException(
                "endpoints.yml: tracker_store must be engine.tracker_store.EncryptedTrackerStore."
            )
        store.domain = domain
        return store

    rasa_agent.Agent._create_tracker_store = staticmethod(create)
