"""`puente case list`: the open cases, for whoever runs the server."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import select

from bot.config import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import Case, Consultant
from bot.supervisor.database import database


def lines(settings: Settings) -> Sequence[str]:
    """One line per open case: number, urgency, reason, topic, opened at (UTC), holder."""
    with database(settings) as url:
        upgrade(url)
        return asyncio.run(_lines(Database(url), settings))


async def _lines(store: Database, settings: Settings) -> list[str]:
    await store.open(settings.encryption_keys)
    async with store.session() as session:
        names = {row.id: row.profile["name"] for row in await session.scalars(select(Consultant))}
        cases = (await session.scalars(select(Case).where(Case.closed_at.is_(None)).order_by(Case.id))).all()
    await store.close()
    return [
        _line(case, names.get(case.holder_id, "waiting") if case.holder_id else "waiting") for case in cases
    ]


def _line(case: Case, holder: str) -> str:
    return (
        f"{case.id}\t{case.urgency}\t{case.reason}\t{case.topic}\t{case.opened_at:%Y-%m-%d %H:%M}\t{holder}"
    )
