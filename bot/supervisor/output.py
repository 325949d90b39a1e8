"""What another program prints, reduced to what may be kept: names of events, kinds of errors, places in code.

Rasa prints the texts of people at ERROR on time-outs and failures, and on standard output when used as a
library. So nothing passes because it looks harmless; only what has the form of a name passes.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from bot.config import ROOT

_PREFIX = re.compile(
    r"^(?:\d{4}-\d\d-\d\d[ T][\d:,.Z+]+ +)?(?P<level>[A-Z]{4,8}) +(?P<logger>[\w.]+) +- +(?P<message>.*)$"
)
_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_RENDERED = re.compile(rf"^(?:\[\w+ *\] )?(?P<event>{_EVENT.pattern})(?: |$)")
_KIND = re.compile(r"^(?:[\w.]+\.)?(?P<kind>[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning))(?::|$)")
_FRAME = re.compile(r'^ +File "(?P<file>[^"]+\.py)", line (?P<line>\d+), in (?P<function>[\w<>]+)$')
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_QUIET_LEVELS = frozenset({"DEBUG", "INFO"})
_NOISE = frozenset({"py.warnings"})  # deprecations, dozens a start


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a line."""

    level: str
    event: str


def keep(line: str) -> Kept | None:
    """The part of a line that can hold nothing of a person, or None."""
    kept = _named(_COLOUR.sub("", line.rstrip()))
    return None if kept and kept.event in _NOISE else kept


def _named(line: str) -> Kept | None:
    if frame := _FRAME.match(line):
        return _place(frame)
    if kind := _KIND.match(line):
        return Kept("error", kind["kind"])
    if line.startswith("{"):
        return _structured(line, "info", "")
    if prefixed := _PREFIX.match(line):
        return _prefixed(prefixed)
    return None


def _place(frame: re.Match[str]) -> Kept | None:
    """Only code of this checkout and its environments: a text that imitates a frame does not pass."""
    if not frame["file"].startswith(f"{ROOT}/"):
        return None
    return Kept("error", f"at {frame['file'].removeprefix(f'{ROOT}/')}:{frame['line']} {frame['function']}")


def _prefixed(line: re.Match[str]) -> Kept | None:
    level, message = line["level"].lower(), line["message"]
    if message.startswith("{"):
        return _structured(message, level, line["logger"])
    if rendered := _RENDERED.match(message):
        return Kept(level, rendered["event"])
    if line["level"] in _QUIET_LEVELS:
        return None
    return Kept(level, line["logger"])  # free words: only who spoke is kept


def _structured(text: str, level: str, logger: str) -> Kept | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    event, said = str(fields.get("event", "")), str(fields.get("level", level))
    if _EVENT.fullmatch(event):
        return Kept(said if said.isalpha() else level, event)
    return Kept(level, logger) if logger else None


def pass_on(stream: IO[bytes], report: Callable[[Kept], None]) -> threading.Thread:
    """Read a child's output to its end beside the caller, reporting what may be kept."""

    def read() -> None:
        with stream:
            for line in stream:
                kept = keep(line.decode("utf-8", "replace"))
                if kept:
                    report(kept)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
