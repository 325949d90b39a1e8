"""What the product logs in the course of the day: kept, not printed."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.observability.logs import only_the_kind_of_error

FAULTS = ("error", "critical", "exception")


@dataclass(frozen=True)
class Line:
    at: datetime
    level: str
    event: str
    told: dict[str, Any]


@dataclass
class Log:
    """Everything at warning and above, oldest first."""

    clock: Callable[[], datetime]
    lines: list[Line] = field(default_factory=list)

    def keep(self, logger: object, method: str, event: structlog.typing.EventDict) -> str:
        if method in ("warning", *FAULTS):
            told = dict(event)
            self.lines.append(Line(self.clock(), method, str(told.pop("event", "")), told))
        raise structlog.DropEvent

    def alarms(self) -> list[Line]:
        return [line for line in self.lines if line.event == "alarm"]

    def faults(self) -> list[Line]:
        """What the product could not do and did not expect."""
        return [line for line in self.lines if line.level in FAULTS and line.event != "alarm"]

    def failed_sends(self, error: str) -> int:
        return sum(line.event == "send failed" and line.told["error"] == error for line in self.lines)


@contextlib.contextmanager
def kept(clock: Callable[[], datetime]) -> Iterator[Log]:
    """The log of what happens in the block, whose lines go nowhere else."""
    before, log = structlog.get_config(), Log(clock)
    structlog.configure(processors=[only_the_kind_of_error, log.keep])
    try:
        yield log
    finally:
        structlog.configure(**before)
