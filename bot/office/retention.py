"""How long what kind of data is kept: `retention:` of office.yml. What the file does not name has a default."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

_AGE = re.compile(r"(\d{1,5})\s*([hd])")


def parse_age(written: object) -> timedelta:
    """Reads "72h" or "180d". Raises ValueError that says what is expected."""
    if isinstance(written, timedelta):
        return written
    match = _AGE.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError(f'{written!r}: expected an age such as "72h" or "180d"')
    return timedelta(hours=int(match[1])) if match[2] == "h" else timedelta(days=int(match[1]))


Age = Annotated[timedelta, BeforeValidator(parse_age)]


class Retention(BaseModel):
    """Ages at which data are erased, by kind; never while a case of theirs is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    no_consent: Age = timedelta(hours=72)  # words and files of who has not agreed
    texts: Age = timedelta(
        days=180
    )  # words and files otherwise, counted from when they came or the case was closed
    contacts: Age = timedelta(days=730)  # everything of who has been silent
    choices: Age = timedelta(days=90)  # what the buttons of a bubble mean
    trackers: Age = timedelta(days=30)  # Rasa's memory of who has been silent
    jobs: Age = timedelta(days=7)  # finished work
    source: str = ""  # who decided that

    def counted(self, name: str) -> tuple[int, str]:
        """An age as people count it: 72 hours, 180 days. The unit is `hour`, `hours`, `day` or `days`."""
        age: timedelta = getattr(self, name)
        hours = int(age.total_seconds() // 3600)
        count, unit = (hours // 24, "day") if hours % 24 == 0 and hours > 72 else (hours, "hour")
        return count, unit if count == 1 else f"{unit}s"
