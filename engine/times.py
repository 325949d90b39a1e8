"""Days and hours that a text names clearly, in both languages: "el martes a las 4", "tomorrow at 3pm", "15 de marzo".

A pattern finds them and tells day and hour apart; `dateparser` says which day that is. It alone would take "ya", "may" or a
bare number for a date, and is too slow for messages that name none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateparser.date import DateDataParser

from bot.entities import Named
from engine.folding import fold

_ES_DAYS = "lunes|martes|miercoles|jueves|viernes|sabado"
_EN_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_SHORT_DAYS = "mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|lun|mie|jue|vie|sab"
_ES_MONTHS = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
_EN_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SHORT_MONTHS = "ene|jan|feb|mar|abr|apr|jun|jul|ago|aug|sept?|oct|nov|dic|dec"
_MONTH = rf"(?:{_ES_MONTHS}|{_EN_MONTHS}|{_SHORT_MONTHS})\b\.?"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?(?P<year{0}>20\d\d))?\b"
_LEAD = (
    r"(?:(?:para|por|on|for)\s+)?(?:(?:el|este|the|this|next|coming|on)\s+)?(?:proximo\s+|next\s+|coming\s+)?"
)
# What says that a weekday is no coming day: every week, a range, or over.
_NOT_BEFORE = re.compile(
    r"(?:\b(?:los|cada|todos|every|each|last|pasado|past|black|a|to|thru|through|of)|-|–)\s*$"
)
_NOT_AFTER = re.compile(
    rf"\s+(?:pasado|antepasado)\b|\s*(?:a|to|-|–|thru|through)\s*(?:{_ES_DAYS}|domingo|{_EN_DAYS})"
)
# "la mañana" is a part of a day, not tomorrow.
_MORNING = re.compile(r"\b(?:la|las|una|cada|toda la|todas las|esta|media|buena|am|\d)\s*$")
_DAY = (
    r"(?P<after_tomorrow>pasado\s+manana|(?:the\s+)?day\s+after\s+tomorrow)\b"
    r"|(?P<tomorrow>\bmanana|tomm?orr?ow|tmrw|tmr|2morrow)\b(?:\s+mismo)?"
    r"|(?P<today>hoy(?!\s+en\s+dia)|today|tonight)\b"
    rf"|{_LEAD}(?P<weekday>{_ES_DAYS}|{_EN_DAYS})\b(?:\s+que\s+(?:viene|entra)|\s+proximo)?"
    r"|(?:el|este|proximo)\s+(?P<domingo>domingo)\b(?:\s+que\s+(?:viene|entra)|\s+proximo)?"
    rf"|(?:el|este|proximo|this|next|coming|on)\s+(?P<short>{_SHORT_DAYS})\b\.?"
    rf"|(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?(?P<month1>{_MONTH}){_YEAR.format(1)}"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![:.]?\d|\s*(?:[ap]\.?\s?m\b)){_YEAR.format(2)}"
    r"|(?P<iso>20\d\d-\d{1,2}-\d{1,2})\b"
    r"|(?P<numeric>\d{1,2}[/.-]\d{1,2}[/.-]20\d\d)\b"
    r"|(?:dentro\s+de)\s+(?P<es_count>\d{1,2}|un|una|dos|tres|cuatro|cinco|seis|ocho|diez|quince)\s+(?P<es_unit>dias?|semanas?)\b"
    r"|(?P<en_count>\d{1,2}|one|a|two|three|four|five|six)\s+(?P<en_unit>days?|weeks?)\s+from\s+(?:now|today)\b"
)
_HALF = (
    r"(?P<half>[ap]\.?\s?m\b\.?|de\s+la\s+(?:manana|tarde|noche)|in\s+the\s+(?:morning|afternoon|evening)"
    r"|at\s+night|hrs?\b|h\b)"
)
_FROM = r"(?:a\s+partir\s+de|despues\s+de|antes\s+de|como|tipo|after|before|around|about|by|at|from|a|@)"
_CLOCK = r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?(?![\d/])"
_NOON = r"(?:(?:al?|at|around)\s+)?(?:el\s+)?(?P<noon>medio\s?dia|noon|midday)\b"
_CLOCK2, _CLOCK3 = (re.sub(r"<(hour|minute)>", rf"<\g<1>{n}>", _CLOCK) for n in (2, 3))
_TIME = (
    rf"(?:{_NOON}"
    rf"|{_FROM}\s*(?:las?\s+)?{_CLOCK}(?:\s*{_HALF})?"
    rf"|\b(?:las?\s+)?{_CLOCK2}\s*{_HALF.replace('<half>', '<half2>')}"
    rf"|\b(?=\d\d?:){_CLOCK3})"
)
_DAYS = re.compile(rf"(?<!\w)(?:{_DAY})")
_THEN = re.compile(
    rf"(?:\s*,)?\s*(?:(?:por|en|in)\s+(?:la|the)\s+(?:manana|tarde|noche|morning|afternoon|evening)\s*,?\s*|morning\s+|afternoon\s+)?{_TIME}"
)
_BEFORE = re.compile(rf"(?<!\w){_TIME}\s*,?\s*(?:(?:de|del|el|on)\s+)?$")
_NUMBERS = {
    **{"un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "ocho": 8, "diez": 10},
    **{"quince": 15, "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
}
_LAST_MORNING_HOUR = 8  # "a las 4" at an office is the afternoon, "a las 8" the morning
_SETTINGS = {"PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False, "NORMALIZE": True}


def times(text: str, now: datetime, language: str) -> Iterator[Named]:
    """The days named in `text`, with their hour when it is given, as ISO 8601 in the zone of `now` (aware).

    A day without a year is the next one. A week, a month, an hour without a day, and what recurs or is over, is none.
    """
    folded = fold(text)
    if len(folded) != len(text):  # rare signs that fold into several letters
        folded = "".join(fold(character)[:1] or " " for character in text)
    for match in _DAYS.finditer(folded):
        if _is_none(folded, match):
            continue
        start, end, hour = _with_hour(folded, match)
        if value := _value(match, hour, now, language):
            yield Named("time", value, start, end)


def _is_none(folded: str, match: re.Match[str]) -> bool:
    before = folded[max(0, match.start() - 12) : match.start()]
    if match["tomorrow"]:
        return match["tomorrow"] == "manana" and bool(_MORNING.search(before))
    if not (match["weekday"] or match["domingo"] or match["short"]):
        return False
    return bool(_NOT_BEFORE.search(before) or _NOT_AFTER.match(folded, match.end()))


def _with_hour(folded: str, match: re.Match[str]) -> tuple[int, int, str]:
    """Where the expression begins and ends, and its hour ("16:00") or ""."""
    if then := _THEN.match(folded, match.end()):
        return match.start(), then.end(), _hour(then)
    if before := _BEFORE.search(folded[: match.start()]):
        return before.start(), match.end(), _hour(before)
    return match.start(), match.end(), ""


def _hour(match: re.Match[str]) -> str:
    if match["noon"]:
        return "12:00"
    hour = int(match["hour"] or match["hour2"] or match["hour3"])
    minute = match["minute"] or match["minute2"] or match["minute3"] or "00"
    half = match["half"] or match["half2"] or ""
    written_out = bool(match["hour3"]) or half.startswith("h") or hour > 12
    if _is_afternoon(hour, half) or (not half and not written_out and 0 < hour < _LAST_MORNING_HOUR):
        hour = hour % 12 + 12
    elif hour == 12 and half:
        hour = 0 if half.startswith("a") and not half.startswith("at") else 12
    return f"{hour:02}:{minute}"


def _is_afternoon(hour: int, half: str) -> bool:
    return hour <= 12 and (
        half.startswith("p") or bool(re.search(r"tarde|noche|afternoon|evening|night", half))
    )


def _value(match: re.Match[str], hour: str, now: datetime, language: str) -> str:
    """What `dateparser` makes of the day and the hour; "" for a day that does not exist."""
    order = "YMD" if match["iso"] else "DMY" if language == "es" else "MDY"
    parser = _parser(now.strftime("%Y-%m-%d"), order)
    found = parser.get_date_data(f"{_day(match)} {hour}".strip()).date_obj
    if found is None or not now.year - 1 <= found.year <= now.year + 3:
        return ""
    if not hour:
        return str(found.date().isoformat())
    return found.replace(tzinfo=now.tzinfo).isoformat(timespec="minutes")


def _day(match: re.Match[str]) -> str:
    """The day in words that `dateparser` knows."""
    if match["after_tomorrow"]:
        return "in 2 days"
    if match["tomorrow"] or match["today"]:
        return "tomorrow" if match["tomorrow"] else "today"
    if match["es_count"] or match["en_count"]:
        count, unit = match["es_count"] or match["en_count"], match["es_unit"] or match["en_unit"]
        days = int(_NUMBERS.get(count, 0) or count) * (7 if unit.startswith(("sem", "week")) else 1)
        return f"in {days} days"
    if name := match["weekday"] or match["domingo"] or match["short"]:
        return str(name)
    if exact := match["iso"] or match["numeric"]:
        return str(exact)
    month = (match["month1"] or match["month2"]).strip(".").replace("setiembre", "septiembre")
    year = match["year1"] or match["year2"] or ""
    return f"{match['day1'] or match['day2']} {month} {year}".strip()


@lru_cache(maxsize=6)
def _parser(today: str, order: str) -> DateDataParser:
    """One a day and order: `dateparser` keeps whatever settings it has seen for ever, so they may not hold the minute."""
    base = datetime.fromisoformat(today)
    return DateDataParser(
        languages=["es", "en"], settings={**_SETTINGS, "RELATIVE_BASE": base, "DATE_ORDER": order}
    )


def moment(told: object, zone: ZoneInfo) -> datetime:
    """The time of a message as the bot tells it (ISO 8601 with its offset), in the office's zone; else now."""
    try:
        given = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        given = None
    return given.astimezone(zone) if given is not None and given.tzinfo else datetime.now(zone)


def zone_of(told: object, otherwise: ZoneInfo) -> ZoneInfo:
    """The zone that the bot tells by its name, or another."""
    try:
        return ZoneInfo(told) if isinstance(told, str) else otherwise
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise
