"""When a consultant's day begins: the moment of her "good morning". Pure."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bot.office.hours import WeeklyHours
from bot.office.model import Office
from bot.office.people import Consultant


def day_began(one: Consultant, at: datetime, office: Office) -> datetime | None:
    """The beginning of the duty that she is in at `at`, the first of its day; None while she is off duty.

    Who is on duty round the clock begins with the office; an office that never closes has no beginning either.
    """
    if not one.on_duty(at, office):
        return None
    local = office.local(at)
    own = one.hours and _beginning(one.hours, local, lambda day: False)
    return own or _beginning(office.hours, local, office.is_holiday)


def _beginning(hours: WeeklyHours, local: datetime, closed: Callable[[date], bool]) -> datetime | None:
    for day in (local.date(), local.date() - timedelta(days=1)):  # a night's duty began yesterday
        midnight = datetime.combine(day, time(), tzinfo=local.tzinfo)
        for minute, _ in () if closed(day) else hours.days[day.weekday()]:
            start = midnight + timedelta(minutes=minute)
            if start <= local and not hours.covers(start - timedelta(minutes=1), closed):
                return start
    return None
