"""Why the assistant said what it said, in words: what decided (kept beside each reply, `bot/outbox/why.py`), and where its
texts stand. Nothing of the patient."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.config import ROOT
from bot.console.pages import text
from bot.console.visit import Visit
from bot.sources import where
from bot.texts.book import SENTENCES

type Lines = Sequence[tuple[str, str]]


def because(visit: Visit, why: Mapping[str, Any] | None) -> Lines:
    """Names and values, in the order of a turn; nothing for a bubble that keeps none."""
    if not why:
        return ()
    told = [
        ("by", text(visit, f"why.by.{why['by']}")),
        ("rule", _rule(why.get("rule", ""))),
        ("command", why.get("command", "")),
        ("label", _label(visit, why)),
        ("keys", "\n".join(_place(visit, key, why.get("versions", {})) for key in why["keys"])),
        (
            "texts",
            f"{why['texts']} ({visit.services.texts.word('language', why['language'], visit.language)})",
        ),
        ("model", why.get("model", "")),
        ("recording", str(why.get("recording", {}).get("id", ""))),
    ]
    return [(text(visit, f"why.{name}"), value) for name, value in told if value]


@functools.cache
def _rule(name: str) -> str:
    """The rule of data/safety with the places at which it stands."""
    files = ("data/safety/es.yml", "data/safety/en.yml")
    places = [place for file in files if (place := where(file, "rules", name)) != file] if name else []
    return f"{name} · {', '.join(places)}" if places else name


def _label(visit: Visit, why: Mapping[str, Any]) -> str:
    """`ask_cost (Costos) · 97 %`."""
    name = why.get("label", "")
    known = visit.services.labels.group(name)
    named = f"{name} ({visit.services.labels.title(name, visit.language)})" if known else name
    return f"{named} · {round(why['confidence'] * 100)} %" if "confidence" in why else named


def _place(visit: Visit, key: str, versions: Mapping[str, int]) -> str:
    """Where its words stand: in its file, or in a version that was edited here."""
    if key in versions:
        return f"{key} · {text(visit, 'edit.version', number=str(versions[key]))}"
    return f"{key} · {_places().get(key, 'data/texts')}"


@functools.cache
def _places() -> Mapping[str, str]:
    """Each text key with file and line. (Not by `where`: that reads a file as a whole, for one key.)"""
    top = re.compile(r"([\w.]+):")
    found = {}
    for name in SENTENCES:
        for number, line in enumerate((ROOT / "data" / "texts" / name).read_text("utf-8").splitlines(), 1):
            if key := top.match(line):
                found[key[1]] = f"data/texts/{name}:{number}"
    return found
