"""The answers as a list: how often each was given, whether it helped, when to read it again; and what is still invented."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot import tallies
from bot.answers import live
from bot.answers.check import PREFIX, is_editable, label_of
from bot.console.pages import shown, text, unknown
from bot.console.topics import title_of
from bot.console.visit import Visit
from bot.store.tables import AnswerVersion, Case

A_MONTH = timedelta(days=30)
GIVEN = sql(f"""
    SELECT kind, name, sum(count)::int AS count FROM (
        SELECT kind, name, count FROM tallies
        WHERE kind IN ('{tallies.SAID}', '{tallies.NO_HELP}') AND hour >= :start AND hour < :since
        UNION ALL
        SELECT kind, name, count FROM ({tallies.LIVE}) live WHERE kind IN ('{tallies.SAID}', '{tallies.NO_HELP}')) said
    GROUP BY kind, name""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    title: str
    given: int
    helped: int
    helped_not: int
    due: date
    overdue: bool
    version: int  # 0: as in the file
    editable: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Of each answer, how often it was given and did not help; of each topic, the thumbs of its cases."""

    given: Counter[str]
    no_help: Counter[str]
    thumbs: Counter[tuple[str, str]]


async def answers(visit: Visit) -> Response:
    """What is overdue first, then what is given most."""
    if not visit.runs_the_office:
        return await unknown(visit)
    services = visit.services
    async with services.database.session() as session:
        await live.refresh(services, session)
        month = await _month(visit, session)
        rows = {row.key: row for row in await live.newest_rows(session)}
    lines = [_line(visit, key, month, rows.get(key)) for key in services.texts.keys if key.startswith(PREFIX)]
    lines.sort(
        key=lambda line: (not line.overdue, line.due if line.overdue else date.max, -line.given, line.key)
    )
    overdue = sum(line.overdue for line in lines)
    return shown(visit, "answers", rows=lines, overdue=overdue, demo=services.office.demo_left())


async def _month(visit: Visit, session: AsyncSession) -> Month:
    now = visit.services.clock()
    since = max(await tallies.counted_until(session), now - A_MONTH)
    moments: dict[str, datetime] = {"start": now - A_MONTH, "since": since, "until": now + tallies.AN_HOUR}
    counted: dict[str, Counter[str]] = {tallies.SAID: Counter(), tallies.NO_HELP: Counter()}
    for kind, name, count in await session.execute(GIVEN, moments):
        counted[kind][name] = count
    query = select(Case.topic, Case.rating, func.count()).where(
        Case.rating != "", Case.closed_at > now - A_MONTH
    )
    rated = await session.execute(query.group_by(Case.topic, Case.rating))
    thumbs = Counter({(topic, thumb): count for topic, thumb, count in rated})
    return Month(counted[tallies.SAID], counted[tallies.NO_HELP], thumbs)


def _line(visit: Visit, key: str, month: Month, row: AnswerVersion | None) -> Line:
    services, label = visit.services, label_of(visit.services, key)
    entry, edition = services.texts.entry(key), services.texts.editions.by_key.get(key)
    assert entry is not None
    due = live.review_due(entry, row)
    return Line(
        key=key,
        title=title(visit, key),
        given=month.given[key],
        helped=month.thumbs[label, "up"],
        helped_not=month.thumbs[label, "down"] + month.no_help[key],
        due=due,
        overdue=due <= services.office.local(services.clock()).date(),
        version=edition.number if edition else 0,
        editable=is_editable(services, key),
    )


def title(visit: Visit, key: str) -> str:
    """`Costos`, and for a variant which: `Especialidades · por confirmar`."""
    label, _, variant = key.removeprefix(PREFIX).partition(".")
    name = title_of(visit, label)
    known = visit.services.texts.has(f"console.variant.{variant}")
    which = text(visit, f"variant.{variant}") if known else variant
    return f"{name} · {which}" if variant else name
