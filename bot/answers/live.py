"""Which wording of an answer counts now. The newest number in `answer_versions` is looked at in every turn (one step in an
index); only when it has changed are the wordings read. So each process says an edit from the next reply on, without an
announcement that could be missed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.check import problems
from bot.services import Services
from bot.store.tables import AnswerVersion
from bot.texts import Edition, Entry, Wording

log = structlog.get_logger()

REVIEW_EVERY = timedelta(days=180)  # where nobody named a day
_ONE_AT_A_TIME = 0x616E_7377  # any fixed number


class Overtaken(Exception):
    """Somebody else saved a version of this answer meanwhile."""


async def refresh(services: Services, session: AsyncSession) -> None:
    """Have the book of this process say what counts now."""
    editions = services.texts.editions
    newest = await session.scalar(select(func.max(AnswerVersion.id))) or 0
    if newest != editions.newest:
        editions.by_key = await _editions(services, session)
        editions.newest = newest


async def _editions(services: Services, session: AsyncSession) -> Mapping[str, Edition]:
    """Of each key the newest version; not one that this office cannot say any more, which is logged."""
    found = {}
    for row in await newest_rows(session):
        shipped = services.texts.entries.get(row.key)
        if shipped is None or row.texts is None:
            continue
        entry = edited(shipped, row.texts, row)
        if problems(services, row.key, entry):
            log.warning("answer version unfit", key=row.key, version=row.id)
            continue
        found[row.key] = Edition(row.id, entry)
    return found


async def newest_rows(session: AsyncSession) -> list[AnswerVersion]:
    """Of each key that was ever edited, its newest version."""
    newest = select(func.max(AnswerVersion.id)).group_by(AnswerVersion.key)
    return list(await session.scalars(select(AnswerVersion).where(AnswerVersion.id.in_(newest))))


async def history(session: AsyncSession, key: str) -> list[AnswerVersion]:
    """All versions of an answer, newest first."""
    query = select(AnswerVersion).where(AnswerVersion.key == key)
    return list(await session.scalars(query.order_by(AnswerVersion.id.desc())))


def edited(shipped: Entry, texts: Mapping[str, Any], row: AnswerVersion | None = None) -> Entry:
    """The entry of the file with these words in place of its own; `row`: the version that says when it was read."""
    without = texts.get("without_facts")
    changed: dict[str, Any] = {"es": texts["es"], "en": texts["en"]}
    changed["without_facts"] = Wording.model_construct(**without) if without else None
    if row is not None:
        changed |= {"reviewed": row.at.date(), "review_by": row.review_by}
    return shipped.model_copy(update=changed)


def texts_of(entry: Entry) -> dict[str, Any]:
    """The words of an entry as a version keeps them."""
    without = entry.without_facts
    told = {"es": without.es, "en": without.en} if without else None
    return {"es": entry.es, "en": entry.en, "without_facts": told}


def review_due(entry: Entry, row: AnswerVersion | None) -> date:
    """When it is to be read again: as somebody said, else half a year after it was read."""
    if row is not None:
        return row.review_by
    return entry.review_by or (entry.reviewed or date.min) + REVIEW_EVERY


async def save(
    services: Services,
    session: AsyncSession,
    key: str,
    texts: Mapping[str, Any] | None,
    *,
    by: UUID | None,
    reason: str,
    review_by: date,
    based_on: int,
) -> AnswerVersion:
    """A new version, one at a time, so that numbers grow in the order in which they count. `texts` None: as in the file.
    `based_on`: the version that was read before, 0 for the file's. Raises Overtaken."""
    await session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    newest = select(func.max(AnswerVersion.id)).where(AnswerVersion.key == key)
    if (await session.scalar(newest) or 0) != based_on:
        raise Overtaken
    row = AnswerVersion(
        key=key,
        texts=dict(texts) if texts is not None else None,
        consultant_id=by,
        at=services.clock(),
        reason=reason,
        review_by=review_by,
    )
    session.add(row)
    await session.flush()
    return row
