"""Parts and their keeper: what dies is started again, ever more patiently; all is stopped in order."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.supervisor.instance import Record
from bot.supervisor.process import end

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart; doubled each time
_SETTLED = 60.0  # seconds of life after which earlier deaths are forgotten


@dataclass
class Part:
    """A process that is kept running. `start` may raise nothing but OSError."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    ready: Callable[[], bool]
    stop_steps: tuple[tuple[int, float], ...]
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    due_at: float | None = field(default=None, init=False)  # when it is to be started again
    deaths: int = field(default=0, init=False)  # in a row
    restarts: int = field(default=0, init=False)
    exit_code: int | None = field(default=None, init=False)

    def is_ready(self) -> bool:
        return self.process is not None and self.process.poll() is None and self.ready()


class Keeper:
    """Keeps parts alive. Nothing here blocks: `tick` is called from every waiting loop of the supervisor."""

    def __init__(self, record: Record, clock: Callable[[], float] = time.monotonic) -> None:
        self.record = record
        self.clock = clock
        self.parts: list[Part] = []

    def launch(self, part: Part) -> None:
        self.parts.append(part)
        self._start(part)

    def tick(self) -> None:
        """Notice who died; start again whose time has come."""
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                self._mourn(part, part.process)
            elif part.due_at is not None and self.clock() >= part.due_at:
                part.restarts += 1
                self._start(part)

    def stop_all(self) -> None:
        """Last started, first stopped."""
        for part in reversed(self.parts):
            part.due_at = None
            if part.process is not None:
                end(part.process, *part.stop_steps)
                part.process = None

    def _start(self, part: Part) -> None:
        part.due_at, part.started_at = None, self.clock()
        part.process = part.start()
        self.record.add(part.name, part.process.pid)

    def _mourn(self, part: Part, process: "subprocess.Popen[bytes]") -> None:
        """A process that ended by itself may leave children of its own: they go too."""
        part.exit_code = end(process)
        part.process = None
        part.deaths = 1 if self.clock() - part.started_at > _SETTLED else part.deaths + 1
        pause = min(_FIRST_PAUSE * 2 ** (part.deaths - 1), _LONGEST_PAUSE)
        part.due_at = self.clock() + pause
        log.error(
            "part_ended",
            part=part.name,
            exit_code=part.exit_code,
            restart=part.restarts + 1,
            restart_in=pause,
        )
