"""Holidays by date or by rule, as written in office.yml."""

import datetime
from re import compile as pattern
from re import fullmatch
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator

from bot.office.hours import DAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ORDINALS = ("first", "second", "third", "fourth", "last")
EXPECTED = 'expected a date ("2026-12-24"), a day of every year ("12-25") or a rule ("third mon nov")'

_RULE = pattern(rf"({'|'.join(ORDINALS)}) ({'|'.join(DAYS)}) ({'|'.join(MONTHS)})")


def _date_text(written: object) -> object:
    return (
        written.isoformat() if isinstance(written, datetime.date) else written
    )  # YAML reads 2026-12-24 as a date


class Holiday(BaseModel):
    """A day on which the office is closed. Names are for people; a bare date will do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: Annotated[str, BeforeValidator(_date_text)]
    es: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _bare_date(cls, written: object) -> object:
        return written if isinstance(written, dict | Holiday) else {"date": written}

    @field_validator("date")
    @classmethod
    def _is_known_form(cls, written: str) -> str:
        text = " ".join(written.lower().split())
        if not _RULE.fullmatch(text):
            _check_date(text)
        return text

    def falls_on(self, day: datetime.date) -> bool:
        rule = _RULE.fullmatch(self.date)
        return _fits_rule(day, *rule.groups()) if rule else day.isoformat().endswith(self.date)


def _check_date(text: str) -> None:
    try:
        if not fullmatch(r"(\d{4}-)?\d\d-\d\d", text):
            raise ValueError(text)
        datetime.date.fromisoformat(text if len(text) > 5 else f"2028-{text}")  # a leap year: 02-29 is a date
    except ValueError as error:
        raise ValueError(f"{text!r}: {EXPECTED}") from error


def _fits_rule(day: datetime.date, ordinal: str, weekday: str, month: str) -> bool:
    if day.weekday() != DAYS.index(weekday) or day.month != MONTHS.index(month) + 1:
        return False
    if ordinal == "last":
        return day.month != (day + datetime.timedelta(days=7)).month
    return (day.day - 1) // 7 == ORDINALS.index(ordinal)
