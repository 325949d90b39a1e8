"""Opening hours: a week of ranges, written as in office.yml, asked with local times."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from re import compile as pattern
from typing import Annotated

from pydantic import BeforeValidator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
LONGEST_CLOSURE = 400  # days to look ahead: more than a year, so a yearly opening is found

type Range = tuple[int, int]
"""Minutes since the midnight that begins the day; the end is past 1440 when the range runs over midnight."""

_RANGE = pattern(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Seven days, Monday first, each with its ranges in order."""

    days: tuple[tuple[Range, ...], ...]

    def covers(self, local: datetime, closed: Callable[[date], bool]) -> bool:
        """Whether a wall-clock time lies in a range. A range belongs to the day it begins on:
        a night shift that begins before a holiday runs to its end."""
        minute = local.hour * 60 + local.minute
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        return (not closed(today) and self._within(today, minute)) or (
            not closed(yesterday) and self._within(yesterday, minute + MINUTES_A_DAY)
        )

    def next_start(self, local: datetime, closed: Callable[[date], bool]) -> datetime | None:
        """The first start of a range at or after a local time; None when there is none for over a year."""
        for ahead in range(LONGEST_CLOSURE):
            day = local.date() + timedelta(days=ahead)
            for start, _ in () if closed(day) else self.days[day.weekday()]:
                candidate = datetime.combine(day, time(start // 60, start % 60), tzinfo=local.tzinfo)
                if candidate >= local:
                    return candidate
        return None

    def after(self, local: datetime, duration: timedelta, closed: Callable[[date], bool]) -> datetime | None:
        """When so much opening time has gone by since a local time: minutes as they pass, whatever the clocks are set to.
        The end of a range counts as in it. None when there is not so much for over a year."""
        reached, left = local.astimezone(UTC), duration
        for start, ends in self._spans(local, closed):
            begins = max(start, reached)
            if begins >= ends:
                continue
            if left <= ends - begins:
                return (begins + left).astimezone(local.tzinfo)
            reached, left = ends, left - (ends - begins)
        return None

    def _spans(self, local: datetime, closed: Callable[[date], bool]) -> Iterator[tuple[datetime, datetime]]:
        """The ranges from the day before a local time on, in UTC."""
        for ahead in range(-1, LONGEST_CLOSURE):
            day = local.date() + timedelta(days=ahead)
            midnight = datetime.combine(day, time(), tzinfo=local.tzinfo)
            for start, end in () if closed(day) else self.days[day.weekday()]:
                begins, ends = (midnight + timedelta(minutes=minute) for minute in (start, end))
                yield begins.astimezone(UTC), ends.astimezone(UTC)

    def _within(self, day: date, minute: int) -> bool:
        return any(start <= minute < end for start, end in self.days[day.weekday()])


def parse_hours(written: object) -> WeeklyHours:
    """Reads `{mon-fri: "09:00-18:00", sat: ["09:00-12:00", "13:00-15:00"]}`.

    Days or ranges of days (also `fri-mon`), "HH:MM-HH:MM" or a list of them; "24:00" ends a day,
    an end before the start means the next day. Raises ValueError that says what is expected.
    """
    if isinstance(written, WeeklyHours):
        return written
    if not isinstance(written, Mapping):
        raise ValueError('expected days and hours, such as {mon-fri: "09:00-18:00"}')
    week: list[tuple[Range, ...] | None] = [None] * 7
    for days, ranges in written.items():
        for day in _days(str(days)):
            if week[day] is not None:
                raise ValueError(f"{DAYS[day]} is given twice")
            week[day] = _ranges(ranges)
    if not any(week):
        raise ValueError("expected at least one day with hours")
    return WeeklyHours(tuple(ranges or () for ranges in week))


def _days(written: str) -> list[int]:
    first, _, last = written.strip().lower().partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"{written!r}: expected a day or a range of days ({', '.join(DAYS)}; mon-fri)")
    start = DAYS.index(first)
    count = (DAYS.index(last or first) - start) % 7 + 1
    return [(start + step) % 7 for step in range(count)]


def _ranges(written: object) -> tuple[Range, ...]:
    several = written if isinstance(written, list) else [] if written is None else [written]
    return tuple(sorted(_range(one) for one in several))


def _range(written: object) -> Range:
    match = _RANGE.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise ValueError(f'{written!r}: expected "HH:MM-HH:MM", such as "09:00-18:00"')
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY or start == end:
        raise ValueError(f'{written!r}: expected times from "00:00" to "24:00", the end unlike the start')
    return start, end if end > start else end + MINUTES_A_DAY


Hours = Annotated[WeeklyHours, BeforeValidator(parse_hours)]
