"""How soon a case is to be taken, and the patient answered: `targets:` of office.yml, a pair of durations per urgency."""

from datetime import timedelta
from re import compile as pattern
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

type Urgency = Literal["normal", "high", "urgent"]

_DURATION = pattern(r"(?:(\d{1,3})h)?\s*(?:(\d{1,4})m)?")


class Target(NamedTuple):
    """`take`: from opening to a holder. `answer`: from the patient's first unanswered words to the holder's."""

    take: timedelta
    answer: timedelta


# What holds where office.yml is silent.
_DEFAULTS = {
    "normal": Target(timedelta(minutes=30), timedelta(hours=2)),
    "high": Target(timedelta(minutes=15), timedelta(hours=1)),
    "urgent": Target(timedelta(minutes=5), timedelta(minutes=15)),
}


def parse_duration(written: object) -> timedelta:
    """Reads "30m", "2h" or "1h30m". Raises ValueError that says what is expected."""
    if isinstance(written, timedelta):
        return written
    match = _DURATION.fullmatch(written.strip()) if isinstance(written, str) else None
    hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0)
    if not hours and not minutes:
        raise ValueError(f'{written!r}: expected a duration such as "30m", "2h" or "1h30m"')
    return timedelta(hours=hours, minutes=minutes)


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class _Wish(BaseModel):
    """What the file says of one urgency: either part may be missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    take: Duration | None = None
    answer: Duration | None = None


class Targets(BaseModel):
    """The targets of the file; what it does not name has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    normal: _Wish = _Wish()
    high: _Wish = _Wish()
    urgent: _Wish = _Wish()

    def of(self, urgency: Urgency) -> Target:
        wish: _Wish = getattr(self, urgency)
        default = _DEFAULTS[urgency]
        return Target(wish.take or default.take, wish.answer or default.answer)
