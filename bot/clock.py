"""The time, behind one seam, so that tests can move it, and the sandbox's page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

type Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class MovedClock:
    """Now, as far ahead as the sandbox wrote into its file (seconds): several processes follow it at once.

    No file: the true time. A file that cannot be read leaves the last known shift, so that time never jumps back.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._written = 0  # when the file that we know was written, in ns
        self._shift = timedelta()

    def __call__(self) -> datetime:
        try:
            written = self._file.stat().st_mtime_ns
            if written != self._written:
                self._shift = timedelta(seconds=float(self._file.read_text(encoding="ascii")))
                self._written = written
        except (OSError, ValueError):
            pass
        return system_clock() + self._shift


def clock_of(moved: Path | None) -> Clock:
    """The system's clock; with a file of the sandbox, that one's."""
    return MovedClock(moved) if moved else system_clock
