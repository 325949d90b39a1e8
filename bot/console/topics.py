"""What patients ask: how often, about what, in which language, by which channel, at which hour of the office. Counts only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot import tallies
from bot.console.numbers import number_of
from bot.console.pages import shown, text
from bot.console.plots import plot
from bot.console.visit import Visit

RANGES = (7, 30, 90)  # days
BY_WEEK = 90  # from so many days on a column is a week
HOURS = 24
A_WEEK = 7
LANGUAGES = ("es", "en")
# Each kind of sum in one look; `local` is the office's clock. What the filter leaves out is counted for its own list only.
SUMS = sql(f"""
    WITH asked AS (
        SELECT hour AT TIME ZONE :zone AS local, name, language, channel, count FROM tallies
        WHERE kind = '{tallies.ASKED}' AND hour >= :start AND hour < :since
        UNION ALL
        SELECT hour AT TIME ZONE :zone, name, language, channel, count FROM ({tallies.LIVE}) live
        WHERE kind = '{tallies.ASKED}')
    SELECT local::date AS day, extract(hour FROM local)::int AS hour, name, language, channel, sum(count)::int AS count
    FROM asked
    WHERE (:language = '' OR language = :language) AND (:channel = '' OR channel = :channel) AND (:topic = '' OR name = :topic)
    GROUP BY GROUPING SETS ((local::date), (extract(hour FROM local)), (name), (language), (channel))""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Wish:
    """What the page is to show: of how many days, and only of this language, channel or topic."""

    days: int
    language: str
    channel: str
    topic: str


@dataclass(slots=True)
class Sums:
    """Counts by day, by hour of the office, by topic, language and channel."""

    day: Counter[date] = field(default_factory=Counter)
    hour: Counter[int] = field(default_factory=Counter)
    name: Counter[str] = field(default_factory=Counter)
    language: Counter[str] = field(default_factory=Counter)
    channel: Counter[str] = field(default_factory=Counter)


async def topics(visit: Visit) -> Response:
    wish = _wish(visit)
    today = visit.services.office.local(visit.services.clock()).date()
    first = today - timedelta(days=wish.days - 1)
    async with visit.services.database.session() as session:
        sums = await _sums(visit, session, wish, first)
    return shown(
        visit,
        "topics",
        wish=wish,
        ranges=RANGES,
        **_choices(visit),
        **_figures(visit, sums, wish, first, today),
    )


def _wish(visit: Visit) -> Wish:
    """Of the address. What is none of the choices is left out."""
    asked, days = visit.request.query_params, number_of(visit, "days")
    choices = _choices(visit)

    def picked(name: str) -> str:
        return asked.get(name, "") if asked.get(name) in choices[f"{name}s"] else ""

    return Wish(days if days in RANGES else RANGES[1], picked("language"), picked("channel"), picked("topic"))


def _choices(visit: Visit) -> dict[str, Any]:
    """What can be picked, each a mapping to titles: languages, channels, topics."""
    services, tongue = visit.services, visit.language
    topics = {name: title_of(visit, name) for name in services.labels.names}
    return {
        "languages": {name: services.texts.word("language", name, tongue) for name in LANGUAGES},
        "channels": {name: services.texts.word("channel", name, tongue) for name in services.channels},
        "topics": dict(
            sorted({**topics, "unsure": title_of(visit, "unsure")}.items(), key=lambda one: one[1].casefold())
        ),
    }


async def _sums(visit: Visit, session: AsyncSession, wish: Wish, first: date) -> Sums:
    zone, now = visit.services.office.time_zone, visit.services.clock()
    start = datetime.combine(first, time(), zone)
    since = max(await tallies.counted_until(session), start)
    values = {"zone": zone.key, "start": start, "since": since, "until": now + tallies.AN_HOUR}
    values |= {"language": wish.language, "channel": wish.channel, "topic": wish.topic}
    sums = Sums()
    for row in (await session.execute(SUMS, values)).mappings():
        kinds = (name for name in ("day", "hour", "name", "language", "channel") if row[name] is not None)
        if kind := next(kinds, ""):  # none: a reply to no message has no language
            getattr(sums, kind)[row[kind]] += row["count"]
    return sums


def _figures(visit: Visit, sums: Sums, wish: Wish, first: date, today: date) -> dict[str, Any]:
    total = sums.name.total()
    return {
        "total": total,
        "unsure": sums.name["unsure"],
        "over_time": plot(_over_time(visit, sums.day, wish, first, today)),
        "by_hour": plot([(f"{hour}:00", sums.hour[hour]) for hour in range(HOURS)]),
        "by_topic": _shares(
            [(title_of(visit, name), count) for name, count in sums.name.most_common()], total
        ),
        "by_language": _shares(_worded(visit, "language", sums.language), total),
        "by_channel": _shares(_worded(visit, "channel", sums.channel), total),
    }


def _over_time(
    visit: Visit, counted: Counter[date], wish: Wish, first: date, today: date
) -> list[tuple[str, int]]:
    """Every day of the range, also those without a message; from 90 days on, every week by its Monday."""
    steps: Counter[date] = Counter()
    for day in (first + timedelta(days=n) for n in range((today - first).days + 1)):
        steps[day - timedelta(days=day.weekday()) if wish.days >= BY_WEEK else day] += counted[day]
    return [(_day(visit, day), count) for day, count in steps.items()]


def _day(visit: Visit, day: date) -> str:
    """`lun 24 nov`: without the hour."""
    calendar = visit.services.texts.calendars[visit.language]
    month = calendar.months[day.month - 1][:3]
    return f"{day.day} {month}" if visit.language == "es" else f"{month} {day.day}"


def _worded(visit: Visit, kind: str, counted: Counter[str]) -> list[tuple[str, int]]:
    return [
        (visit.services.texts.word(kind, name, visit.language), count)
        for name, count in counted.most_common()
    ]


def _shares(named: Sequence[tuple[str, int]], total: int) -> list[tuple[str, int, int]]:
    """Name, count, and its share of all in percent."""
    return [(name, count, round(100 * count / max(total, 1))) for name, count in named]


def title_of(visit: Visit, name: str) -> str:
    """Of a label, of what a button means, or of why there is no label."""
    services = visit.services
    if name in services.labels.names:
        return services.labels.title(name, visit.language)
    if services.texts.has(f"console.asked.{name}"):
        return text(visit, f"asked.{name}")
    return services.texts.title(name, visit.language) if name in services.texts.buttons else name
