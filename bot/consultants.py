"""`puente consultant …`: who is invited, listed and removed, for whoever runs the server; also while Puente runs.

The running product reads the consultants from the database each time, and clears up behind whoever was removed.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import SendError
from bot.channels.telegram.send import Telegram, TelegramSettings
from bot.clock import system_clock
from bot.config import Settings
from bot.datafile import problems
from bot.desk.joining import HandedOver, invite
from bot.dialogue.choices import folded
from bot.office import Consultant as Listed
from bot.office import Invited, Office
from bot.office import load as load_office
from bot.store.database import Database
from bot.store.encrypted import keyring
from bot.store.migrate import upgrade
from bot.store.tables import Case, Consultant, Conversation, Invitation
from bot.supervisor.database import database

ANY = "any"


class NotDone(ValueError):
    """What was asked of `puente consultant` cannot be done; the message says why, and what to do."""


def add(settings: Settings, profile: dict[str, Any]) -> list[str]:
    """Invite somebody new. `profile`: an entry of office.yml's consultants without addresses. Returns what to hand over."""
    office = load_office(settings.office_file)
    profile = {**profile, "name": " ".join(profile["name"].split())}
    _check(office, profile)

    async def work(session: AsyncSession) -> HandedOver:
        row = await _new_row(session, office, profile)
        return await invite(session, system_clock(), row.id)

    return _lines_to_hand_over(settings, office, profile["name"], _in_database(settings, work))


def invite_again(settings: Settings, name: str) -> list[str]:
    """A further invitation: for another channel, or because the first ran out."""
    office = load_office(settings.office_file)

    async def work(session: AsyncSession) -> tuple[str, HandedOver]:
        row = await _invited(session, office, name, "write their telegram or whatsapp there")
        return row.profile["name"], await invite(session, system_clock(), row.id)

    found, invitation = _in_database(settings, work)
    return _lines_to_hand_over(settings, office, found, invitation)


def remove(settings: Settings, name: str) -> list[str]:
    """Access ends with this. The running product, or the next start, returns the cases and tells everybody."""
    office = load_office(settings.office_file)

    async def work(session: AsyncSession) -> str:
        row = await _invited(session, office, name, "delete them from the file and start Puente again")
        row.listed = False
        await session.flush()  # she is locked before her invitations, as when she joins
        await session.execute(delete(Invitation).where(Invitation.consultant_id == row.id))
        return str(row.profile["name"])

    removed = _in_database(settings, work)
    return [
        f"{removed} has no access any more. Their open cases go back to the queue as soon as Puente runs."
    ]


def listed(settings: Settings) -> list[str]:
    """One line each: name, languages, specialties, whether head of office, channels, and where she is known from."""
    office = load_office(settings.office_file)

    async def work(session: AsyncSession) -> list[str]:
        rows = await _all_invited(session)
        return [await _line_of(session, row) for row in rows if _in_file(office, row.profile["name"]) is None]

    from_file = [_line(one, _addresses(one), settings.office_file.name) for one in office.consultants]
    return [*from_file, *_in_database(settings, work)]


def not_joined(settings: Settings) -> list[str]:
    """One line for each who was invited and has no chat yet; none where the tables are not made yet."""

    async def work(session: AsyncSession) -> list[str]:
        rows = await _all_invited(session)
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


def _check(office: Office, profile: dict[str, Any]) -> None:
    """Refused with what is expected, as a mistake in office.yml would be."""
    known = (ANY, *office.specialties)
    odd = [name for name in profile.get("specialties", ()) if name not in known]
    if odd:
        raise NotDone(f"specialties: {', '.join(odd)} is unknown, expected {', '.join(known)}")
    try:
        Invited.model_validate(profile)
    except ValidationError as error:
        raise NotDone("\n".join(problems(error))) from None


async def _new_row(session: AsyncSession, office: Office, profile: dict[str, Any]) -> Consultant:
    """Hers, also when somebody of that name was here before: their entries stay theirs."""
    name = profile["name"]
    if _in_file(office, name):
        raise NotDone(f"{name} is in the office file already: names must differ")
    if await _find(session, name):
        raise NotDone(
            f'{name} is invited already: for a further invitation, puente consultant invite "{name}"'
        )
    fingerprint = keyring.blind(f"consultant:{name}")
    row = (await session.scalars(select(Consultant).filter_by(fingerprint=fingerprint))).one_or_none()
    if row is None:
        row = Consultant(fingerprint=fingerprint, profile=profile, created_at=system_clock())
        session.add(row)
    elif await _not_cleared(session, row):
        raise NotDone(f"the removal of {name} is not complete: start Puente, and try again")
    row.profile, row.listed, row.invited, row.paused_at = profile, True, True, None
    await session.flush()
    return row


async def _not_cleared(session: AsyncSession, row: Consultant) -> bool:
    """Whether a chat or a case is still tied to who was removed: it would be given to who comes now."""
    chats = await session.scalar(select(func.count()).where(Conversation.consultant_id == row.id))
    held = select(func.count()).where(Case.holder_id == row.id, Case.closed_at.is_(None))
    return bool(chats or await session.scalar(held))


def _in_file(office: Office, name: str) -> Listed | None:
    return next((one for one in office.consultants if folded(one.name) == folded(name)), None)


async def _all_invited(session: AsyncSession) -> Sequence[Consultant]:
    query = select(Consultant).where(Consultant.invited, Consultant.listed)
    return (await session.scalars(query.order_by(Consultant.created_at, Consultant.id))).all()


async def _find(session: AsyncSession, name: str) -> Consultant | None:
    rows = await _all_invited(session)
    return next((row for row in rows if folded(row.profile["name"]) == folded(name)), None)


async def _invited(session: AsyncSession, office: Office, name: str, in_file: str) -> Consultant:
    """Who was invited under this name. `in_file`: what to do instead for who is in office.yml."""
    if one := _in_file(office, name):
        raise NotDone(f"{one.name} is in the office file: {in_file}")
    row = await _find(session, name)
    if row is None:
        raise NotDone(f"nobody called {name} is invited; to see who is: puente consultant list")
    return row


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
        *(f"  WhatsApp  {link}" for link in _whatsapp_link(settings, invitation.word)),
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


def _whatsapp_link(settings: Settings, word: str) -> list[str]:
    number = (settings.twilio_whatsapp_from or "").removeprefix("whatsapp:+")
    return [f"https://wa.me/{number}?text={quote(word)}"] if number else []
