"""Times and opening hours as people say them. The words are in data/texts/calendar.yml."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.office import WeeklyHours

NOON, MIDNIGHT = 12 * 60, 24 * 60
A_WEEK = 7


class Calendar(BaseModel):
    """One language's names and patterns, filled by name: {weekday} {day} {month} {at} {clock} …"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weekdays: Annotated[tuple[str, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    clock: Literal["24", "12"]
    at: str
    at_one: str
    today: str
    tomorrow: str
    yesterday: str
    this_week: str
    later: str
    days: str
    between: str
    all_day: str
    and_: Annotated[str, Field(alias="and")]
    and_before_i: str = ""
    day_of: str
    short: str

    def listed(self, names: Sequence[str]) -> str:
        """`cardiología, neurología e inmunología`: one name is itself."""
        *others, last = names
        if not others:
            return last
        before_i = self.and_before_i and last.casefold().startswith(("i", "hi"))
        return f"{', '.join(others)} {self.and_before_i if before_i else self.and_} {last}"

    def date(self, at: datetime) -> str:
        """`martes 24 de noviembre`."""
        return self.day_of.format(
            weekday=self.weekdays[at.weekday()], day=at.day, month=self.months[at.month - 1]
        )

    def hour(self, at: datetime) -> str:
        """`16:00`, `4:00 pm`: the hour of `at`, whatever its day."""
        return self._clock(at.hour * 60 + at.minute)

    def shortly(self, at: datetime) -> str:
        """`mar 24 nov 16:00`: at most 20 characters, for a button."""
        return self.short.format(
            weekday=self.weekdays[at.weekday()][:3],
            day=at.day,
            month=self.months[at.month - 1][:3],
            clock=self.hour(at),
        )

    def time(self, at: datetime, now: datetime, zone: tzinfo) -> str:
        """`mañana lunes a las 9:00`: a moment seen from `now`, both on the clock of `zone`."""
        local, ahead = at.astimezone(zone), _days_between(now.astimezone(zone), at.astimezone(zone))
        near = {-1: self.yesterday, 0: self.today, 1: self.tomorrow}
        phrase = near.get(ahead) or (self.this_week if 1 < ahead < A_WEEK else self.later)
        return phrase.format(
            weekday=self.weekdays[local.weekday()],
            day=local.day,
            month=self.months[local.month - 1],
            at=self._at(local.hour * 60 + local.minute),
        )

    def hours(self, hours: WeeklyHours) -> str:
        """`lunes a viernes de 9:00 a 18:00; sábado de 9:00 a 13:00`."""
        return "; ".join(self._group(first, last, ranges) for first, last, ranges in _same_days(hours))

    def _group(self, first: int, last: int, ranges: tuple[tuple[int, int], ...]) -> str:
        names = self.weekdays[first], self.weekdays[last]
        days = names[0] if first == last else self.days.format(first=names[0], last=names[1])
        return f"{days} {f' {self.and_} '.join(self._between(*one) for one in ranges)}"

    def _between(self, start: int, end: int) -> str:
        if (start, end) == (0, MIDNIGHT):
            return self.all_day
        return self.between.format(start=self._clock(start), end=self._clock(end))

    def _at(self, minute: int) -> str:
        pattern = self.at_one if minute // 60 == 1 else self.at
        return pattern.format(clock=self._clock(minute))

    def _clock(self, minute: int) -> str:
        hour, rest = minute // 60 if minute <= MIDNIGHT else minute // 60 - 24, minute % 60
        if self.clock == "24":
            return f"{hour}:{rest:02}"
        return f"{(hour - 1) % 12 + 1}:{rest:02} {'pm' if minute % MIDNIGHT >= NOON else 'am'}"


def _days_between(now: datetime, at: datetime) -> int:
    return (at.date() - now.date()).days


def _same_days(hours: WeeklyHours) -> Iterator[tuple[int, int, tuple[tuple[int, int], ...]]]:
    """Runs of days with the same hours: first day, last day, their ranges. Closed days are left out."""
    for ranges, run in groupby(range(7), key=lambda day: hours.days[day]):
        days = list(run)
        if ranges:
            yield days[0], days[-1], ranges
