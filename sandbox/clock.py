"""The clock of the sandbox: real time plus a shift that tests and the page move."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Every window, expiry and timestamp of the emulators is read here, so a test need not wait a day.

    The shift is kept in `file` (seconds, as a number) where there is one: there the product reads it (`bot/clock.py`),
    and there it outlives both, as the data do that were written at moved times.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._shift = _kept(file)

    @property
    def shift(self) -> timedelta:
        """How far it is from real time."""
        return self._shift

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        return datetime.now(UTC) + self._shift

    def advance(self, **duration: float) -> None:
        """Move ahead by `timedelta` arguments: `advance(hours=25)`."""
        self._move(self._shift + timedelta(**duration))

    def move_to(self, moment: datetime) -> None:
        """Make it `moment` now; from there it runs on as real time does."""
        self._move(moment - datetime.now(UTC))

    def _move(self, shift: timedelta) -> None:
        self._shift = shift
        if self.file is not None:
            draft = self.file.with_name(f"{self.file.name}.new")
            draft.write_text(f"{shift.total_seconds()}\n", encoding="ascii")
            os.replace(draft, self.file)  # who reads meanwhile sees the old or the new, never half of it


def _kept(file: Path | None) -> timedelta:
    if file is None or not file.exists():
        return timedelta()
    return timedelta(seconds=float(file.read_text(encoding="ascii")))
