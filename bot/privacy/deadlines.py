"""The clock of the law for what a person has to do: 20 business days to answer, 15 more to carry it out (LFPDPPP, art. 31)."""

from datetime import datetime, timedelta

from bot.office import Office

TO_ANSWER, TO_CARRY_OUT = 20, 15  # business days
SATURDAY = 5


def business_days_after(office: Office, start: datetime, count: int) -> datetime:
    """The `count`-th business day after `start`, on the office's clock: Monday to Friday, without its holidays."""
    day = office.local(start)
    while count:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and not office.is_holiday(day.date()):
            count -= 1
    return day


def deadlines(office: Office, asked: datetime) -> tuple[datetime, datetime]:
    """By when it is answered, and by when it is done."""
    answered = business_days_after(office, asked, TO_ANSWER)
    return answered, business_days_after(office, answered, TO_CARRY_OUT)
