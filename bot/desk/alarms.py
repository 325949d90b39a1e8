"""Trouble that the operator must know of: one alarm per kind and ten minutes, and a count in the metrics."""

from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.observability.metrics import ALARMS
from bot.outbox.draft import ALARM, Draft
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Alarm, Conversation

log = structlog.get_logger()

QUIET_FOR = timedelta(minutes=10)


async def raise_alarm(services: Services, session: AsyncSession, kind: str, detail: str) -> None:
    """Count it, log it and write to the operator, unless that was done for this kind a moment ago. `detail` names no person."""
    now = services.clock()
    fresh = (
        insert(Alarm)
        .values(kind=kind, raised_at=now)
        .on_conflict_do_update(
            index_elements=[Alarm.kind], set_={"raised_at": now}, where=Alarm.raised_at < now - QUIET_FOR
        )
        .returning(Alarm.kind)
    )
    if (await session.scalars(fresh)).one_or_none() is None:
        return
    ALARMS.labels(kind=kind).inc()
    log.error("alarm", kind=kind, detail=detail)
    language = services.office.operator.language
    text = services.texts.render(
        f"system.alarm.{kind}", language, {"detail": detail}, services.office, services.real
    )
    for conversation in await session.scalars(select(Conversation).where(Conversation.hears_alarms)):
        await enqueue(services, session, conversation, Draft(text=text.text), ALARM)
