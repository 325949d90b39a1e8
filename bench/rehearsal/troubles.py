"""What befalls the providers on that day; on a shorter one, as much in less time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.rehearsal.script import Plan
from sandbox import Sandbox

MANY = 100_000  # calls: as many as a minute may bring
OVER_BY = timedelta(minutes=12)  # what a trouble caused has shown by then


@dataclass(frozen=True)
class Trouble:
    """`kind`: throttled, down, rejected, or pair (WhatsApp takes no more for one person)."""

    kind: str
    channel: str
    begins: datetime
    minutes: int

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes)

    def explains(self, at: datetime) -> bool:
        return self.begins <= at <= self.ends + OVER_BY


# Share of the first ten hours (of all, on a shorter day), kind, channel, minutes on a whole day.
_DAY = (
    (0.18, "throttled", "telegram", 4),
    (0.24, "throttled", "whatsapp", 4),
    (0.40, "down", "whatsapp", 6),
    (0.52, "down", "telegram", 5),
    (0.60, "rejected", "whatsapp", 3),
    (0.66, "rejected", "telegram", 3),
    (0.80, "pair", "whatsapp", 4),
)
_LASTS = timedelta(hours=10)
_SHORTEST = 2  # minutes


def troubles(plan: Plan) -> list[Trouble]:
    """All of the day's."""
    span = min(_LASTS, plan.ends - plan.begins)

    def lasts(minutes: int) -> int:
        return max(_SHORTEST, round(minutes * (span / _LASTS)))

    return [
        Trouble(kind, channel, plan.begins + span * share, lasts(minutes))
        for share, kind, channel, minutes in _DAY
    ]


def befall(box: Sandbox, ahead: list[Trouble], now: datetime) -> None:
    """Order the faults of this minute; what was ordered for the one before is over."""
    box.telegram.faults.clear()
    box.twilio.faults.clear()
    for trouble in ahead:
        if trouble.begins <= now < trouble.ends:
            (_on_telegram if trouble.channel == "telegram" else _on_whatsapp)(box, trouble.kind)


def _on_telegram(box: Sandbox, kind: str) -> None:
    faults = box.telegram.faults
    if kind == "throttled":
        for method in ("sendMessage", "editMessageText"):
            faults.throttle(method, retry_after=7, times=MANY)
    elif kind == "down":
        faults.server_error("*", 502, times=MANY)
    else:
        faults.reject("sendMessage", 400, 400, "Bad Request: message is refused", times=1)


def _on_whatsapp(box: Sandbox, kind: str) -> None:
    faults = box.twilio.faults
    if kind == "throttled":
        faults.throttle("messages.create", retry_after=7, times=MANY)
    elif kind == "down":
        faults.server_error("*", 503, times=MANY)
    elif kind == "pair":
        faults.fail_later(63018, times=8)
    else:
        faults.fail_later(63013, times=1)
