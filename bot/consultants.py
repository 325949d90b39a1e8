"""`puente consultant …`: who is invited, listed and removed, for whoever runs the server; also while Puente runs.

The running product reads the consultants from the database each time, and clears up behind whoever was removed.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import SendError
from bot.channels.telegram.send import Telegram, TelegramSettings
from bot.clock import system_clock
from bot.config import Settings
from bot.desk import inviting
from bot.desk.inviting import all_invited, in_file, invited, whatsapp_link
from bot.desk.joining import HandedOver, invite
from bot.office import Consultant as Listed
from bot.office import Invited, Office
from bot.office import load as load_office
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import Consultant, Conversation, Invitation
from bot.supervisor.database import database


def add(settings: Settings, profile: dict[str, Any]) -> list[str]:
    """Invite somebody new. `profile`: an entry of office.yml's consultants without addresses. Returns what to hand over."""
    office = load_office(settings.office_file)
    inviting.check(office, profile)

    async def work(session: AsyncSession) -> tuple[str, HandedOver]:
        row, invitation = await inviting.add(session, office, profile, system_clock())
        return row.profile["name"], invitation

    found, invitation = _in_database(settings, work)
    return _lines_to_hand_over(settings, office, found, invitation)


def invite_again(settings: Settings, name: str) -> list[str]:
    """A further invitation: for another channel, or because the first ran out."""
    office = load_office(settings.office_file)

    async def work(session: AsyncSession) -> tuple[str, HandedOver]:
        row = await invited(session, office, name, "write their telegram or whatsapp there")
        return row.profile["name"], await invite(session, system_clock(), row.id)

    found, invitation = _in_database(settings, work)
    return _lines_to_hand_over(settings, office, found, invitation)


def remove(settings: Settings, name: str) -> list[str]:
    """Access ends with this. The running product, or the next start, returns the cases and tells everybody."""
    office = load_office(settings.office_file)

    async def work(session: AsyncSession) -> str:
        row = await invited(session, office, name, "delete them from the file and start Puente again")
        await inviting.end_access(session, row)
        return str(row.profile["name"])

    removed = _in_database(settings, work)
    return [
        f"{removed} has no access any more. Their open cases go back to the queue as soon as Puente runs."
    ]


def listed(settings: Settings) -> list[str]:
    """One line each: name, languages, specialties, whether head of office, channels, and where she is known from."""
    office = load_office(settings.office_file)

    async def work(session: AsyncSession) -> list[str]:
        rows = await all_invited(session)
        return [await _line_of(session, row) for row in rows if in_file(office, row.profile["name"]) is None]

    from_file = [_line(one, _addresses(one), settings.office_file.name) for one in office.consultants]
    return [*from_file, *_in_database(settings, work)]


def not_joined(settings: Settings) -> list[str]:
    """One line for each who was invited and has no chat yet; none where the tables are not made yet."""

    async def work(session: AsyncSession) -> list[str]:
        rows = await all_invited(session)
        waiting = [row for row in rows if not await _channels(session, row)]
        return [f"{row.profile['name']}: {await _standing(session, row)}" for row in waiting]

    with database(settings) as url:
        try:
            return asyncio.run(_one_transaction(Database(url), settings, work))
        except ProgrammingError:
            return []


def hours_of(written: str) -> dict[str, list[str]]:
    """ "mon-fri 09:00-18:00, sat 10:00-14:00" in the shape of office.yml, which says what is wrong with it."""
    week: dict[str, list[str]] = {}
    for part in re.split(r"[,;]", written):
        days, *ranges = part.split()
        week.setdefault(days, []).extend(ranges)
    return week


def _in_database[T](settings: Settings, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    with database(settings) as url:
        upgrade(url)
        return asyncio.run(_one_transaction(Database(url), settings, work))


async def _one_transaction[T](
    store: Database, settings: Settings, work: Callable[[AsyncSession], Awaitable[T]]
) -> T:
    try:
        await store.open(settings.encryption_keys)
        async with store.session() as session:
            return await work(session)
    finally:
        await store.close()


async def _line_of(session: AsyncSession, row: Consultant) -> str:
    one = Invited.model_validate(row.profile)
    return _line(one, await _channels(session, row), await _standing(session, row))


def _line(one: Listed, channels: Sequence[str], known_from: str) -> str:
    parts = (one.languages, one.specialties, ("head",) if one.head else (), channels)
    return "\t".join([one.name, *(",".join(part) or "-" for part in parts), known_from])


def _addresses(one: Listed) -> list[str]:
    return [kind for kind in ("telegram", "whatsapp") if getattr(one, kind)]


async def _channels(session: AsyncSession, row: Consultant) -> list[str]:
    query = select(Conversation.channel).where(Conversation.consultant_id == row.id).distinct()
    return sorted(await session.scalars(query))


async def _standing(session: AsyncSession, row: Consultant) -> str:
    if await _channels(session, row):
        return "joined by invitation"
    good = select(func.max(Invitation.expires_at)).where(
        Invitation.consultant_id == row.id, Invitation.used_at.is_(None)
    )
    until = await session.scalar(good)
    if until and until > system_clock():
        return f"invited, not joined yet (until {until:%Y-%m-%d %H:%M} UTC)"
    return f'invited, never joined, too late now: puente consultant invite "{row.profile["name"]}"'


def _lines_to_hand_over(settings: Settings, office: Office, name: str, invitation: HandedOver) -> list[str]:
    until = office.local(invitation.expires_at)
    return [
        f"{name} joins by any one of these, once, until {until:%Y-%m-%d %H:%M} ({office.time_zone.key}):",
        f"  word      {invitation.word}    typed to the bot, on Telegram or WhatsApp",
        *(f"  Telegram  {link}" for link in _telegram_link(settings, invitation.token)),
        *([f"  WhatsApp  {link}"] if (link := whatsapp_link(settings, invitation.word)) else []),
        "Whoever sends it first becomes this consultant: hand it over in private. It is not shown again.",
    ]


def _telegram_link(settings: Settings, token: str) -> list[str]:
    if settings.telegram_bot_token is None:
        return []
    try:
        user_name = asyncio.run(_user_name(settings, settings.telegram_bot_token.get_secret_value()))
    except SendError:
        return ["no link, because Telegram does not answer; the word will do"]
    return [f"https://t.me/{user_name}?start={token}"]


async def _user_name(settings: Settings, token: str) -> str:
    telegram = Telegram(TelegramSettings(token, settings.telegram_api_base))
    try:
        return await telegram.get_me()
    finally:
        await telegram.close()
