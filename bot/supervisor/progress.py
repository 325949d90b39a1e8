"""What the person who started it sees: one line a step, with its time; signs of life while a step is long."""

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TextIO

_BEAT = 10.0  # seconds between signs of life where a line cannot be rewritten


class Step:
    """A step under way. `beat` may be called as often as one likes."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self.title = title
        self.stream = stream
        self.rewrites = stream.isatty()
        self.began = self.last_beat = time.monotonic()
        self.outcome = "ready"

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def beat(self) -> None:
        now = time.monotonic()
        if now - self.last_beat < (0.2 if self.rewrites else _BEAT):
            return
        self.last_beat = now
        end = "" if self.rewrites else "\n"
        self._write(f"  … {self.title} ({self.seconds:.0f} s){end}")

    def finish(self) -> None:
        self._write(f"  ✓ {self.title}: {self.outcome} ({self.seconds:.1f} s)\n")

    def fail(self, why: str) -> None:
        self._write(f"  ✗ {self.title}: {why} ({self.seconds:.1f} s)\n")

    def _write(self, line: str) -> None:
        start = "\r\x1b[K" if self.rewrites else ""
        self.stream.write(f"{start}{line}")
        self.stream.flush()


class Progress:
    """Where steps are shown: standard output unless that carries results."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Shown as done when the block ends well, as failed when it raises."""
        step = Step(title, self.stream)
        try:
            yield step
        except BaseException as error:
            step.fail(type(error).__name__)
            raise
        step.finish()

    def say(self, line: str) -> None:
        self.stream.write(f"{line}\n")
        self.stream.flush()
