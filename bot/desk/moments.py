"""The moment that a consultant's words name: "mañana 9", "en 2 horas", "el lunes a las 10", "next Tue 4pm".

A pattern finds the day and the hour; `dateparser` knows the names of days and months. It alone would take "ya" or a bare
number for a date, and it reads a day of a month without its year, which Python gives up (python/cpython#70647). What
patients name is read by the engine (`engine/times.py`); here the words follow a command, so more counts: "mañana 9" has an
hour.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from unicodedata import combining, normalize

from dateparser.date import DateDataParser

_WEEKDAYS = (
    "lunes|martes|miercoles|jueves|viernes|sabado|domingo"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_SHORT_DAYS = "mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|lun|mar|mie|jue|vie|sab|dom"
_MONTH = (
    "(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre|january|february"
    "|march|april|may|june|july|august|september|october|november|december"
    r"|ene|jan|feb|mar|abr|apr|jun|jul|ago|aug|sept?|oct|nov|dic|dec)\b\.?"
)
_LEAD = r"(?:(?:para|on|for|by|el|este|the|this|next|coming|proximo|por)\s+){0,3}"
_COUNT = (
    r"(?P<count>\d{1,3}|una?|an?|one|two|three|four|five|six|dos|tres|cuatro|cinco|seis|diez|quince|veinte)"
)
_RELATIVE = (
    r"(?:en|dentro\s+de|in)\s+(?:(?P<half_hour>media\s+hora|half\s+an\s+hour)"
    rf"|{_COUNT}\s*(?P<unit>min(?:uto|ute)?s?|h(?:ora|our|r)?s?|d(?:ia|ay)s?|semanas?|weeks?|mes(?:es)?|months?)\b"
    r"(?P<and_half>\s+y\s+media|\s+and\s+a\s+half)?)"
)
_DAY = (
    rf"(?P<relative>{_RELATIVE})"
    r"|(?:para\s+)?(?P<after_tomorrow>pasado\s+manana|(?:the\s+)?day\s+after\s+tomorrow)\b"
    r"|(?:para\s+)?(?P<tomorrow>(?<!\bla )(?<!\bna )(?<!esta )manana|tomm?orr?ow|tmrw|tmr)\b(?:\s+mismo)?"
    r"|(?P<today>hoy(?:\s+mismo)?|today)\b"
    r"|(?P<evening>esta\s+noche|tonight|this\s+evening)\b|(?P<afternoon>esta\s+tarde|this\s+afternoon)\b"
    rf"|{_LEAD}(?P<weekday>{_WEEKDAYS})\b(?:\s+que\s+(?:viene|entra)|\s+proximo)?"
    rf"|(?:(?:^|(?:el|on|this|next|coming|proximo)\s+))(?P<short>{_SHORT_DAYS})\b\.?(?!\s+de\b)"
    r"|(?P<iso>20\d\d-\d{1,2}-\d{1,2})\b"
    r"|(?:el\s+|on\s+)?(?P<numeric>\d{1,2}/\d{1,2})(?:/(?P<year3>20\d\d|\d\d))?\b"
    r"|(?:el\s+|on\s+|the\s+)*(?P<day1>\d{1,2})(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?"
    rf"(?P<month1>{_MONTH})(?:,?\s+(?:del?\s+)?(?P<year1>20\d\d))?(?!\w)"
    rf"|(?:on\s+)?(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)(?:,?\s+(?P<year2>20\d\d)\b)?"
    r"|(?:el\s+(?:dia\s+)?|on\s+the\s+)(?P<month_day>\d{1,2})(?:st|nd|rd|th)?\b(?![:/]\d)"
)
# What says that a weekday is no coming day: every week, or over.
_NOT_BEFORE = re.compile(r"\b(?:los|cada|todos|every|each|last|del|pasado)\s+$")
_PART = r"(?:(?:por|en|de|in|at)\s+)?(?:la\s+|the\s+)?(?P<part{0}>manana|tarde|noche|morning|afternoon|evening|night)\b"
_HALF = r"(?P<half{0}>[ap]\.?\s?m\b\.?|hrs?\b\.?|h\b|de\s+la\s+(?:manana|tarde|noche)|in\s+the\s+(?:morning|afternoon|evening))"
_CLOCK = r"(?P<hour{0}>[01]?\d|2[0-3])(?:[:.](?P<minute{0}>[0-5]\d))?(?![\d/:])(?P<quarter{0}>\s+y\s+(?:media|cuarto)\b)?"
_NOON = r"(?:(?:al?|at)\s+)?(?:el\s+)?(?P<noon{0}>medio\s?dia|noon|midday)\b"
_AT = r"(?:a\s+las?|at|@|las?|a)\s*"
_THEN = re.compile(
    rf"\s*,?\s*(?:{_PART.format(1)}\s*,?\s*)?(?:{_NOON.format(1)}|(?:{_AT})?{_CLOCK.format(1)}(?:\s*{_HALF.format(1)})?)"
)
_ONLY_PART = re.compile(rf"\s*,?\s*{_PART.format(2)}")
_BEFORE = re.compile(
    rf"(?<![\w#])(?:{_NOON.format(1)}|(?:{_AT})?{_CLOCK.format(1)}(?:\s*{_HALF.format(1)})?)\s*,?\s*(?:(?:de|del|on)\s+)?$"
)
_ALONE = re.compile(
    rf"(?<![\w#])(?:{_NOON.format(1)}|(?:a\s+las?|at|@)\s*{_CLOCK.format(1)}(?:\s*{_HALF.format(1)})?"
    rf"|{_CLOCK.format(2)}\s*{_HALF.format(2)}|(?=\d\d?:){_CLOCK.format(3)})"
)
_DAYS = re.compile(rf"(?<![\w#])(?:{_DAY})")
_NUMBERS = {
    **{"un": 1, "una": 1, "a": 1, "an": 1, "one": 1, "dos": 2, "two": 2, "tres": 3, "three": 3, "cuatro": 4},
    **{"four": 4, "cinco": 5, "five": 5, "seis": 6, "six": 6, "diez": 10, "quince": 15, "veinte": 20},
}
_LAST_NIGHT_HOUR = 6  # "a las 4" at an office is the afternoon, "a las 7" the morning
_PARTS = {"manana": 9, "morning": 9, "tarde": 16, "afternoon": 16, "noche": 20, "evening": 20, "night": 20}
_SETTINGS = {"PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False, "NORMALIZE": True}


@dataclass(frozen=True, slots=True)
class Moment:
    """When (aware; it may be over), and the words around it, as they were written."""

    at: datetime
    rest: str


@dataclass(frozen=True, slots=True)
class _Hour:
    hour: int
    minute: int
    told: bool  # which half of the day was said, or needs no saying


@dataclass(frozen=True, slots=True)
class _Found:
    match: re.Match[str]
    start: int
    end: int
    hour: _Hour | None


def moment_in(text: str, now: datetime, language: str, opening: time) -> Moment | None:
    """The moment that `text` names, seen from `now` (aware, on the office's clock); None when it names none.

    A day without an hour means `opening`; an hour without a day the next time it strikes.
    """
    folded = _folded(text)
    found = max(_days(folded), key=lambda one: _fitness(folded, one), default=None)
    if found:
        at, start, end = _at(found, now, language, opening), found.start, found.end
    elif alone := _ALONE.search(folded):
        at, start, end = _next_strike(_hour(alone), now), alone.start(), alone.end()
    else:
        return None
    rest = " ".join(f"{text[:start]} {text[end:]}".split()).strip(" ,;:-–")
    return Moment(at, rest) if at else None


def _folded(text: str) -> str:
    """Without case and accents, sign for sign."""

    def bare(sign: str) -> str:
        return "".join(c for c in normalize("NFKD", sign.casefold()) if not combining(c))[:1] or " "

    return "".join(map(bare, text))


def _days(folded: str) -> list[_Found]:
    """Every day that is named, with its hour before or behind it."""
    found = []
    for match in _DAYS.finditer(folded):
        if (match["weekday"] or match["short"]) and _NOT_BEFORE.search(folded[: match.start()]):
            continue
        if then := _THEN.match(folded, match.end()):
            found.append(_Found(match, match.start(), then.end(), _hour(then)))
        elif before := _BEFORE.search(folded[: match.start()]):
            found.append(_Found(match, before.start(), match.end(), _hour(before)))
        elif part := _ONLY_PART.match(folded, match.end()):
            hour = _Hour(_PARTS[part["part2"]], 0, told=True)
            found.append(_Found(match, match.start(), part.end(), hour))
        else:
            found.append(_Found(match, match.start(), match.end(), None))
    return found


def _fitness(folded: str, one: _Found) -> tuple[bool, bool, int]:
    """Of several days the one with an hour is meant, else the one at an end of the words: not "la cita del lunes"."""
    at_an_end = one.start == 0 or not folded[one.end :].strip(" .")
    return one.hour is not None, at_an_end, -one.start


def _hour(match: re.Match[str]) -> _Hour:
    given = match.groupdict()
    if given.get("noon1"):
        return _Hour(12, 0, told=True)

    def said(name: str) -> str:
        return next((value for n in "123" if (value := given.get(f"{name}{n}"))), "")

    hour, minute = int(said("hour")), int(said("minute") or 0)
    minute += {"": 0, "media": 30, "cuarto": 15}[said("quarter").split()[-1] if said("quarter") else ""]
    half = said("half") or said("part")
    if half.startswith("p") or re.search("tarde|noche|afternoon|evening|night", half):
        hour = hour % 12 + 12 if hour <= 12 else hour
    elif re.match(r"a\.?\s?m", half) or re.search("manana|morning", half):
        hour %= 24 if hour > 12 else 12
    told = bool(half) or hour > 12
    return _Hour(hour + 12 if not told and 0 < hour <= _LAST_NIGHT_HOUR else hour, minute, told)


def _at(found: _Found, now: datetime, language: str, opening: time) -> datetime | None:
    if found.match["relative"] and (span := _span(found.match)):
        return now + span
    day = _day(found.match, now, language)
    if day is None:
        return None
    hour = found.hour or _hour_of_day(found.match, opening)
    at = _clock(day, hour, now)
    if at <= now and day == now.date() and not hour.told and hour.hour < 12:
        at = _clock(day, _Hour(hour.hour + 12, hour.minute, told=True), now)
    return at


def _hour_of_day(match: re.Match[str], opening: time) -> _Hour:
    if match["evening"] or match["afternoon"]:
        return _Hour(_PARTS["evening" if match["evening"] else "afternoon"], 0, told=True)
    return _Hour(opening.hour, opening.minute, told=True)


def _clock(day: date, hour: _Hour, now: datetime) -> datetime:
    return datetime.combine(day, time(hour.hour, hour.minute), tzinfo=now.tzinfo)


def _next_strike(hour: _Hour, now: datetime) -> datetime:
    today = _clock(now.date(), hour, now)
    return today if today > now else _clock(now.date() + timedelta(days=1), hour, now)


def _span(match: re.Match[str]) -> timedelta | None:
    """Minutes and hours from now; None for days, weeks and months, which have an hour of their own."""
    if match["half_hour"]:
        return timedelta(minutes=30)
    count, unit = _count(match), match["unit"]
    if unit.startswith("min"):
        return timedelta(minutes=count)
    return timedelta(hours=count, minutes=30 if match["and_half"] else 0) if unit.startswith("h") else None


def _count(match: re.Match[str]) -> int:
    return _NUMBERS.get(match["count"]) or int(match["count"])


def _day(match: re.Match[str], now: datetime, language: str) -> date | None:
    """The day that is named; None for one that does not exist."""
    if match["day1"] or match["day2"] or match["numeric"]:
        return _date(match, now, language)
    if match["month_day"]:
        return _coming(int(match["month_day"]), now)
    if match["iso"]:
        year, month, day = map(int, match["iso"].split("-"))
        return _existing(year, month, day)
    return _named(_words(match), now)


def _words(match: re.Match[str]) -> str:
    """The day in words that `dateparser` knows."""
    if match["after_tomorrow"] or match["tomorrow"]:
        return "in 2 days" if match["after_tomorrow"] else "tomorrow"
    if match["relative"]:
        unit = {"d": "days", "s": "weeks", "w": "weeks", "m": "months"}[match["unit"][0]]
        return f"in {_count(match)} {unit}"
    return str(match["weekday"] or match["short"] or "today")


def _date(match: re.Match[str], now: datetime, language: str) -> date | None:
    """A day of a month; without its year, the next one."""
    if match["numeric"]:
        first, second = map(int, match["numeric"].split("/"))
        day, month = (first, second) if language == "es" else (second, first)
    else:
        name = (match["month1"] or match["month2"]).strip(".").replace("setiembre", "septiembre")
        named = _named(name, now)
        day, month = int(match["day1"] or match["day2"]), named.month if named else 0
    if told := match["year1"] or match["year2"] or match["year3"]:
        return _existing(int(told) % 100 + 2000, month, day)
    this_year = _existing(now.year, month, day)
    return this_year if this_year and this_year >= now.date() else _existing(now.year + 1, month, day)


def _coming(day: int, now: datetime) -> date | None:
    """The next such day of a month, in this one or the next."""
    month = now.date().replace(day=1)
    if day < now.day:
        month = (month + timedelta(days=32)).replace(day=1)
    return _existing(month.year, month.month, day)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(words: str, now: datetime) -> date | None:
    found = _parser(now.strftime("%Y-%m-%d")).get_date_data(words).date_obj
    return date(found.year, found.month, found.day) if found else None


@lru_cache(maxsize=3)
def _parser(today: str) -> DateDataParser:
    """One a day: `dateparser` keeps whatever settings it has seen for ever, so they may not hold the minute."""
    base = datetime.fromisoformat(today)
    return DateDataParser(languages=["es", "en"], settings={**_SETTINGS, "RELATIVE_BASE": base})
