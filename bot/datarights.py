"""`puente export`, `puente erase`, `puente reseal`: one person's data, for whoever runs the server; also while Puente runs."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import system_clock
from bot.config import Settings
from bot.desk.cases import SAFETY
from bot.office import load as load_office
from bot.privacy import erasure
from bot.privacy.holdings import holdings
from bot.privacy.requests import note
from bot.privacy.reseal import forget_trackers
from bot.privacy.reseal import reseal as seal_anew
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import Case, Conversation
from bot.supervisor.database import database


class NotDone(ValueError):
    """What was asked cannot be done; the message says why, and what to do."""


def export(settings: Settings, which: str) -> str:
    """Everything stored of one chat, as JSON."""

    async def work(store: Database) -> str:
        async with store.session() as session:
            found = await holdings(session, await _chat(session, which))
        return json.dumps(found.told(), ensure_ascii=False, indent=2)

    return _in_database(settings, work)


def erase(settings: Settings, which: str) -> str:
    """Blocked with this; the running product, or the next start, erases, sends the receipt and has the provider's copies
    deleted."""
    office = load_office(settings.office_file)

    async def work(store: Database) -> str:
        async with store.session() as session:
            chat = await _chat(session, which)
            open_case = Case.conversation_id == chat.id, Case.closed_at.is_(None), Case.reason.in_(SAFETY)
            danger = (await session.scalars(select(Case.id).where(*open_case))).first()
            if danger:
                raise NotDone(f"case {danger} is about danger and open: close it first")
            if chat.erasing_at is None:
                row = erasure.ask(session, chat, system_clock(), by="office")
                await session.flush()
                await note(session, office, system_clock(), chat, "erasure", erasure_id=row.id)
        return "Blocked. It is erased as soon as Puente runs; the person gets a receipt."

    return _in_database(settings, work)


def reseal(settings: Settings) -> list[str]:
    """One line for each column in which something was sealed with an older key."""

    async def work(store: Database) -> list[str]:
        counts = await seal_anew(store)
        lines = [f"{name}\t{count}" for name, count in counts.items() if count]
        forgotten = await forget_trackers(store, settings.encryption_keys[0])
        return [*lines, f"rasa.tracker\t{forgotten} forgotten", "Everything is sealed with the newest key."]

    return _in_database(settings, work)


async def _chat(session: AsyncSession, which: str) -> Conversation:
    """The patient's chat of that id, or of the case with that number."""
    number = which.removeprefix("#")
    if number.isdecimal():
        case = await session.get(Case, int(number)) if len(number) < 19 else None
        found = await session.get(Conversation, case.conversation_id) if case else None
    else:
        found = await session.get(Conversation, _id(which))
    if found is None or found.role != "patient":
        raise NotDone(f"{which} is no patient's chat and no case of one")
    return found


def _id(which: str) -> UUID:
    try:
        return UUID(which)
    except ValueError:
        raise NotDone(f"{which}: expected the number of a case, or the id of a conversation") from None


def _in_database[T](settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    with database(settings) as url:
        upgrade(url)
        return asyncio.run(_opened(Database(url), settings, work))


async def _opened[T](store: Database, settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    try:
        await store.open(settings.encryption_keys)
        return await work(store)
    finally:
        await store.close()
