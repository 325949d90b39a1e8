"""This office: when it is open, who works there, what may be said of it. All from data/office.yml."""

from bot.office.calendars import Calendar
from bot.office.holidays import Holiday
from bot.office.hours import DAYS, WeeklyHours, parse_hours
from bot.office.model import EmergencyNumber, Fact, Hospital, Office, OfficeError, load
from bot.office.people import Consultant, Invited, Language, Operator

__all__ = [
    "DAYS",
    "Calendar",
    "Consultant",
    "EmergencyNumber",
    "Fact",
    "Holiday",
    "Hospital",
    "Invited",
    "Language",
    "Office",
    "OfficeError",
    "Operator",
    "WeeklyHours",
    "load",
    "parse_hours",
]
