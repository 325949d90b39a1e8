"""The clock of the sandbox: real time plus a shift that tests move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Every window, expiry and timestamp of the emulators is read here, so a test need not wait a day."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        return datetime.now(UTC) + self._shift

    def advance(self, **duration: float) -> None:
        """Move ahead by `timedelta` arguments: `advance(hours=25)`."""
        self._shift += timedelta(**duration)

    def move_to(self, moment: datetime) -> None:
        """Make it `moment` now; from there it runs on as real time does."""
        self._shift = moment - datetime.now(UTC)
