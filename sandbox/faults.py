"""Faults to come: what the next calls of a method will suffer instead of, or after, being carried out."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

from starlette.requests import Request

from sandbox.server import cut


class FaultKind(Enum):
    REFUSE = auto()  # an error answer; nothing was done
    DROP = auto()  # connection cut; nothing was done
    HANG = auto()  # no answer for `seconds`, then cut; nothing was done
    LOSE_RESPONSE = auto()  # done, then no answer for `seconds` and cut: the caller cannot know
    FAIL_LATER = auto()  # accepted; fails afterwards with `code` (Twilio's status callbacks)


@dataclass(slots=True)
class Fault:
    """One kind of trouble for calls of `method` (`*`: any) about `address` (None: any), `times` times."""

    kind: FaultKind
    method: str
    times: int = 1
    address: str | None = None
    status: int = 0
    code: int = 0
    text: str = ""
    retry_after: int | None = None
    seconds: float = 0.0

    def fits(self, method: str, address: str) -> bool:
        return self.method in {"*", method} and self.address in {None, address}


class Faults:
    """The queue of one API: the first fault that fits a call is used up by it."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []

    def throttle(self, method: str, retry_after: int = 3, times: int = 1, address: str | None = None) -> None:
        """Answer 429 and ask to wait `retry_after` seconds."""
        self._add(FaultKind.REFUSE, method, times, address, status=429, retry_after=retry_after)

    def server_error(
        self, method: str, status: int = 503, times: int = 1, address: str | None = None
    ) -> None:
        """Answer with a 5xx."""
        self._add(FaultKind.REFUSE, method, times, address, status=status)

    def reject(
        self, method: str, status: int, code: int, text: str, times: int = 1, address: str | None = None
    ) -> None:
        """Answer with any error of the provider."""
        self._add(FaultKind.REFUSE, method, times, address, status=status, code=code, text=text)

    def drop(self, method: str, times: int = 1, address: str | None = None) -> None:
        """Cut the connection before anything is done."""
        self._add(FaultKind.DROP, method, times, address)

    def hang(self, method: str, seconds: float, times: int = 1, address: str | None = None) -> None:
        """Say nothing for `seconds`, do nothing, cut the connection."""
        self._add(FaultKind.HANG, method, times, address, seconds=seconds)

    def lose_response(
        self, method: str, seconds: float = 0.0, times: int = 1, address: str | None = None
    ) -> None:
        """Carry the call out, then say nothing for `seconds` and cut the connection."""
        self._add(FaultKind.LOSE_RESPONSE, method, times, address, seconds=seconds)

    def fail_later(self, code: int, times: int = 1, address: str | None = None) -> None:
        """Twilio: accept the message; its status callback then reports `code`."""
        self._add(FaultKind.FAIL_LATER, "messages.create", times, address, code=code)

    def clear(self) -> None:
        self._queue.clear()

    def has(self, kind: FaultKind) -> bool:
        """Whether a fault of this kind is still to come."""
        return any(fault.kind is kind for fault in self._queue)

    def take(self, method: str, address: str) -> Fault | None:
        """The fault that this call suffers, now used up once."""
        fault = next((f for f in self._queue if f.fits(method, address)), None)
        if fault is not None:
            fault.times -= 1
            self._queue = [f for f in self._queue if f.times > 0]
        return fault

    def _add(self, kind: FaultKind, method: str, times: int, address: str | None, **how: object) -> None:
        self._queue.append(Fault(kind, method, times, address, **how))  # type: ignore[arg-type]


async def fall_silent(request: Request, seconds: float) -> None:
    """Leave the caller without an answer for `seconds`, then cut the connection."""
    await asyncio.sleep(seconds)
    await cut(request)
