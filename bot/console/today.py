"""Today at a glance: numbers of now, how the channels and the assistant do, who is on duty. Nothing of a patient."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.console.pages import shown
from bot.console.visit import Visit
from bot.desk import roster, switches
from bot.desk.standing import at_words

A_DAY = timedelta(days=1)
LATE = timedelta(minutes=1)  # as the watch counts: from then on something does not move
ASSISTANT_SECONDS = 1.0

COUNTS = text("""
    SELECT
      (SELECT count(*) FROM cases WHERE closed_at IS NULL AND holder_id IS NULL) AS waiting,
      (SELECT count(*) FROM cases WHERE closed_at IS NULL AND holder_id IS NOT NULL) AS held,
      (SELECT count(*) FROM cases WHERE closed_at IS NULL AND (take_by <= :now OR answer_by <= :now)) AS missed,
      (SELECT count(*) FROM sends WHERE state = 'failed' AND created_at > :yesterday) AS failed,
      (SELECT count(*) FROM messages WHERE answered_at IS NULL AND received_at < :late) AS unanswered,
      (SELECT count(*) FROM appointments WHERE state = 'reserved' AND starts_at > :now) AS visits,
      (SELECT count(*) FROM privacy_requests WHERE closed_at IS NULL) AS requests,
      (SELECT count(*) FROM privacy_requests WHERE closed_at IS NULL AND due_at <= :now) AS overdue
""")
TROUBLE = text("""
    SELECT c.channel, count(*), min(s.created_at) FROM sends s JOIN conversations c ON c.id = s.conversation_id
    WHERE s.state IN ('pending', 'sending') AND s.attempts > 0 AND s.error <> '' GROUP BY c.channel
""")
ALARMS = text("SELECT kind, raised_at FROM alarms WHERE raised_at > :yesterday ORDER BY raised_at DESC")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of health: whether it is well, and what is said of it."""

    well: bool
    key: str
    values: dict[str, str]


async def today(visit: Visit) -> Response:
    services, now = visit.services, visit.services.clock()
    moments = {"now": now, "yesterday": now - A_DAY, "late": now - LATE}
    async with services.database.session() as session:
        counts = (await session.execute(COUNTS, moments)).mappings().one()
        lines = await _channels(visit, session)
        alarms = (await session.execute(ALARMS, {"yesterday": moments["yesterday"]})).all()
        present = [person.name for person in await roster.on_duty(services, session)]
        turned = [
            name
            for name in (switches.CLOSED, switches.ASSISTANT_OFF)
            if await switches.is_set(services, session, name)
        ]
    lines.append(await _assistant(visit))
    said = [_alarm(visit, kind, raised_at) for kind, raised_at in alarms]
    return shown(visit, "today", counts=counts, lines=lines, alarms=said, present=present, turned=turned)


async def _channels(visit: Visit, session: AsyncSession) -> list[Line]:
    """Each channel: whether words for it wait because its provider does not take them."""
    rows = (await session.execute(TROUBLE)).all()
    stuck: dict[str, tuple[int, Any]] = {channel: (count, since) for channel, count, since in rows}
    lines = []
    for channel in visit.services.channels:
        name = {"channel": visit.services.texts.word("channel", channel, visit.language)}
        if channel not in stuck:
            lines.append(Line(True, "health.well", name))
            continue
        count, since = stuck[channel]
        values = {"count": str(count), "since": at_words(visit.services, since, visit.language)}
        lines.append(Line(False, "health.stuck", name | values))
    return lines


async def _assistant(visit: Visit) -> Line:
    try:
        ready = await asyncio.wait_for(visit.services.rasa.ready(), ASSISTANT_SECONDS)
    except TimeoutError:
        ready = False
    return Line(ready, "health.assistant" if ready else "health.no_assistant", {})


def _alarm(visit: Visit, kind: str, raised_at: Any) -> str:
    """What the operator was told, with the time in place of the details."""
    services = visit.services
    at = at_words(services, raised_at, visit.language)
    return services.texts.render(
        f"system.alarm.{kind}", visit.language, {"detail": at}, services.office, services.real
    ).text
