"""The safety rules that a message fires, and those that it would fire but for its context; with file and line."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from bot.config import ROOT
from bot.safety import Screen
from bot.safety.trace import Trace, trace
from bot.sources import where

_FOLDER = "data/safety"


def rules_found(screen: Screen, text: str) -> dict[str, Any]:
    """{"fired": rules, "excused": rules}; each with its patterns, the words they found and, excused, because of what."""
    traces = trace(screen, text)
    fired = [one for one in traces if not one.excused_by]
    firing = {(one.rule, one.language) for one in fired}
    excused = [one for one in traces if one.excused_by and (one.rule, one.language) not in firing]
    return {"fired": _by_rule(fired), "excused": _by_rule(excused)}


def _by_rule(traces: Iterable[Trace]) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule,
            "kind": kind.value,
            "where": where(_file(language), "rules", rule),
            "patterns": [_pattern(one) for one in some],
        }
        for (rule, kind, language), some in groupby(traces, lambda one: (one.rule, one.kind, one.language))
    ]


def _pattern(one: Trace) -> dict[str, Any]:
    found: dict[str, Any] = {
        "where": where(_file(one.language), "rules", one.rule, "patterns", one.pattern),
        "words": one.words,
    }
    if one.excused_by:
        found["excused_by"] = {name: _contexts(name) for name in one.excused_by}
    return found


def _contexts(name: str) -> list[str]:
    """A context of the same name in several files is one: all its places."""
    files = [f"{_FOLDER}/{path.name}" for path in sorted((ROOT / _FOLDER).glob("*.yml"))]
    return [place for file in files if (place := where(file, "contexts", name)) != file]


def _file(language: str) -> str:
    return f"{_FOLDER}/{language}.yml"
