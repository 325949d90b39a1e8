"""When there may be telehealth visits: `calendars:` of office.yml, one for each specialty."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.office.hours import Hours
from bot.office.targets import Duration


class Calendar(BaseModel):
    """`hours` are cut into slots of `length`, each for `capacity` visits at once. `clock`: whose time they are written in.

    Slots are offered from `notice` after now until `days_ahead` days from now.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    clock: Literal["office", "hospital"] = "hospital"
    hours: Hours
    length: Duration = timedelta(minutes=30)
    capacity: Annotated[int, Field(ge=1, le=50)] = 1
    days_ahead: Annotated[int, Field(ge=1, le=180)] = 30
    notice: Duration = timedelta(hours=24)
    demo: bool = False

    def slots(self, zone: ZoneInfo, now: datetime, closed: Callable[[datetime], bool]) -> Iterator[datetime]:
        """When visits may begin, in UTC and in order; `zone`: of `clock`, `closed`: moments of a holiday."""
        first, last = now + self.notice, now + timedelta(days=self.days_ahead)
        day = first.astimezone(zone).date() - timedelta(days=1)  # a range that runs over midnight began then
        while day <= last.astimezone(zone).date():
            for at in self._of_day(day, zone):
                if first <= at <= last and not closed(at):
                    yield at
            day += timedelta(days=1)

    def _of_day(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        step = int(self.length.total_seconds()) // 60
        for begins, ends in self.hours.days[day.weekday()]:
            for minute in range(begins, ends - step + 1, step):
                if at := _moment(day, minute, zone):
                    yield at


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """A time of the wall clock in UTC; None for one that the clocks jump over."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == wall else None
