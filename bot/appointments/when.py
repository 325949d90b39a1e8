"""When a visit would suit, as people say it: days from the engine (`engine/times.py`), and around them what is no moment:
parts of a day, "after 4", weeks, "los martes". Pure; the clock is the patient's."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from unicodedata import combining, normalize

_ES_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_A_DAY = "|".join((*_ES_DAYS, *_EN_DAYS))
_HALF = r"\s*(?P<half>[ap]\.?\s?m\b|de la (?:manana|tarde|noche)|in the (?:morning|afternoon|evening)|hrs?\b|h\b)?"
_HOUR = rf"(?P<hour>\d{{1,2}})(?:[:.](?P<minute>[0-5]\d))?(?![\d/]|st\b|nd\b|rd\b|th\b){_HALF}"
_AFTER = re.compile(
    rf"\b(?:despues de las?|a partir de las?|pasando las?|desde las?|after|from|past)\s+{_HOUR}"
)
_BEFORE = re.compile(rf"\b(?:antes de las?|hasta las?|before|until|by)\s+{_HOUR}")
_NOON_AFTER = re.compile(r"\b(?:despues del? medio ?dia|despues de comer|after (?:noon|lunch))\b")
_LATER_DAY = re.compile(
    rf"\b(?P<how>despues del?|a partir del?|after|from)\s+(?:el\s+|next\s+|proximo\s+)?(?:{_A_DAY})\b"
)
_PLURAL = re.compile(
    rf"\b(?:los|todos los)\s+(?P<es>{'|'.join(_ES_DAYS)})s?\b|\b(?P<en>{'|'.join(_EN_DAYS)})s\b"
)
# "buenas tardes", "más tarde" and "la mañana siguiente" name no part of a day.
_PARTS = (
    (
        0,
        12 * 60,
        r"(?:\b(?:en|por|de) las? mananas?|(?<!good )\bmornings?|\btempran\w+|\bprimera hora|\bearly)\b",
    ),
    (12 * 60, 19 * 60, r"(?<!buenas )(?<!buena )(?<!mas )(?<!good )\b(?:tardes?|tardecita|afternoons?)\b"),
    (18 * 60, 24 * 60, r"(?<!buenas )(?<!buena )(?<!good )\b(?:noches?|evenings?|tonight)\b"),
)
_NEXT_WEEK = re.compile(
    r"\b(?:(?:la )?(?:proxima semana|semana (?:que (?:viene|entra)|proxima|entrante))|next week)\b"
)
_THIS_WEEK = re.compile(r"\b(?:esta(?: misma)? semana|this week)\b")
_LAST_NIGHT_HOUR = 7  # "después de las 4" is the afternoon, "after 8" the morning; as in engine/times.py
_EARLIER, _LATER = 60, 120  # minutes around an hour that was named


@dataclass(frozen=True, slots=True)
class When:
    """What fits: any of `days` (none: any day), from `first` to `last`, between two minutes of the day; `near`: the minute
    that was named. Empty: whatever comes first."""

    days: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    since: int = 0
    until: int = 24 * 60
    near: int | None = None

    @property
    def says_a_day(self) -> bool:
        return bool(self.days or self.weekdays or self.first or self.last)

    @property
    def says_anything(self) -> bool:
        return self != When()

    def fits(self, local: datetime) -> bool:
        """Whether a visit that begins then, on the patient's clock, is what was wished."""
        day, minute = local.date(), local.hour * 60 + local.minute
        on_the_day = (not self.days or day in self.days) and (
            not self.weekdays or day.weekday() in self.weekdays
        )
        within = (self.first is None or day >= self.first) and (self.last is None or day <= self.last)
        return on_the_day and within and self.since <= minute < self.until

    def to_json(self) -> dict[str, Any]:
        return {
            "days": [day.isoformat() for day in self.days],
            "weekdays": list(self.weekdays),
            "first": self.first.isoformat() if self.first else "",
            "last": self.last.isoformat() if self.last else "",
            "minutes": [self.since, self.until, self.near],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        since, until, near = data["minutes"]
        first, last = (date.fromisoformat(data[name]) if data[name] else None for name in ("first", "last"))
        days = tuple(date.fromisoformat(day) for day in data["days"])
        return cls(days, tuple(data["weekdays"]), first, last, since, until, near)


def when_in(text: str, named: Sequence[str], today: date) -> When:
    """What a message says of the time. `named`: the moments that the engine found in it, ISO 8601; `today`: the patient's."""
    folded = _folded(text)
    moments = [datetime.fromisoformat(one) for one in named]
    hours = [at for at, told in zip(moments, named, strict=True) if "T" in told]
    days = tuple(dict.fromkeys(at.date() for at in moments))
    first, last = _week(folded, today)
    if (later := _LATER_DAY.search(folded)) and days and not hours:
        exclusive = later["how"] in ("despues de", "despues del", "after")
        first, days = days[0] + timedelta(days=1 if exclusive else 0), ()
    since, until, near = _minutes(folded, hours)
    return When(days, tuple(_weekdays(folded)), first, last, since, until, near)


def says_when(text: str, named: Iterable[str]) -> bool:
    """Whether a message says anything of when a visit would suit."""
    return when_in(text, list(named), date.min).says_anything


def _folded(text: str) -> str:
    bare = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return " ".join(bare.split())


def _week(folded: str, today: date) -> tuple[date | None, date | None]:
    monday = today - timedelta(days=today.weekday())
    if _NEXT_WEEK.search(folded):
        return monday + timedelta(days=7), monday + timedelta(days=13)
    return (None, monday + timedelta(days=6)) if _THIS_WEEK.search(folded) else (None, None)


def _weekdays(folded: str) -> Iterator[int]:
    for match in _PLURAL.finditer(folded):
        yield _ES_DAYS.index(match["es"]) if match["es"] else _EN_DAYS.index(match["en"])


def _minutes(folded: str, hours: Sequence[datetime]) -> tuple[int, int, int | None]:
    """From which minute of the day, until which, and the one that was named."""
    after, before = _AFTER.search(folded), _BEFORE.search(folded)
    if after or before:
        return (_minute(after) if after else 0), (_minute(before) if before else 24 * 60), None
    if _NOON_AFTER.search(folded):
        return 12 * 60, 24 * 60, None
    if hours:
        near = hours[-1].hour * 60 + hours[-1].minute
        return max(0, near - _EARLIER), min(24 * 60, near + _LATER), near
    parts = [(since, until) for since, until, words in _PARTS if re.search(words, folded)]
    if not parts:
        return 0, 24 * 60, None
    return min(since for since, _ in parts), max(until for _, until in parts), None


def _minute(match: re.Match[str]) -> int:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"] or ""
    told = bool(half) or hour > 12
    if re.match("p", half) or re.search("tarde|noche|afternoon|evening", half):
        hour = hour % 12 + 12 if hour <= 12 else hour
    elif not told and 0 < hour <= _LAST_NIGHT_HOUR:
        hour += 12
    return min(hour, 24) * 60 + minute
