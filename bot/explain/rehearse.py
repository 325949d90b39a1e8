"""What the actions answer to a label, without Rasa: the dialogue rule is looked up, the action run on an empty tracker."""

import asyncio
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor

from bot.config import ROOT
from bot.datafile import DataFileError, read_yaml

NOT_SURE = "nlu_fallback"
VALIDATES = {
    "intake": "validate_intake"
}  # a form is Rasa's own: what it does with a message is this action of ours


def rehearse(understood: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The payloads that answer a first message. `understood`: what `engine.classify` says of it; `metadata` as a turn sends it.

    Raises DataFileError when no rule of data/rules has the label.
    """
    intent = NOT_SURE if understood["unsure"] else understood["label"]
    action = _actions(ROOT / "data" / "rules").get(intent)
    if action is None:
        raise DataFileError(f"data/rules: there is no rule for {intent}")
    importlib.import_module("actions")  # register_package would end the process on an ImportError
    executor = ActionExecutor()
    executor.register_package("actions")
    tracker = {"sender_id": "explain", "slots": {}, "events": []}
    tracker["latest_message"] = _message(intent, understood, metadata)
    result = asyncio.run(executor.run({"next_action": action, "tracker": tracker, "domain": {}}))
    return [response["custom"] for response in result.responses] if result else []


def _message(intent: str, understood: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """As Rasa's tracker holds it."""
    ranking = [{"name": one["label"], "confidence": one["confidence"]} for one in understood["ranking"]]
    return {
        "text": understood["text"],
        "intent": {"name": intent, "confidence": understood["confidence"]},
        "intent_ranking": ranking,
        "also_wanted": understood.get("also_wanted") or [],
        "entities": understood.get("entities") or [],
        "language": understood["language"],
        "metadata": dict(metadata),
    }


def _actions(folder: Path) -> dict[str, str]:
    """The action that the rules give to each intent: each rule is one intent, or one of several, and what follows."""
    chosen: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for rule in read_yaml(path).get("rules", ()):
            first, then = rule["steps"][:2]
            for step in first.get("or", [first]):
                if "intent" in step:  # a rule that goes on after the intake's form begins with none
                    chosen[step["intent"]] = VALIDATES.get(then["action"], then["action"])
    return chosen
