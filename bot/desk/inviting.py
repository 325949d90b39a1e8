"""Who is invited, and who loses access: what `puente consultant …` and the console do, in a transaction of theirs.

What cannot be done is a `NotDone`: for whoever runs the server in its words, for the console by its `kind`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.datafile import problems
from bot.desk.joining import HandedOver, invite
from bot.dialogue.choices import folded
from bot.office import Consultant as Listed
from bot.office import Invited, Office
from bot.store.encrypted import keyring
from bot.store.tables import Case, Consultant, Conversation, Invitation

ANY = "any"


class NotDone(ValueError):
    """The message says why, and what to do. `kind`: unfit, in_file, invited_already, not_cleared, unknown;
    of the console oneself, moment, not_away, too."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def check(office: Office, profile: dict[str, Any]) -> None:
    """Refused with what is expected, as a mistake in office.yml would be."""
    known = (ANY, *office.specialties)
    odd = [name for name in profile.get("specialties", ()) if name not in known]
    if odd:
        raise NotDone("unfit", f"specialties: {', '.join(odd)} is unknown, expected {', '.join(known)}")
    try:
        Invited.model_validate(profile)
    except ValidationError as error:
        raise NotDone("unfit", "\n".join(problems(error))) from None


async def add(
    session: AsyncSession, office: Office, profile: dict[str, Any], now: datetime
) -> tuple[Consultant, HandedOver]:
    """Somebody new, and the invitation to join. `profile`: an entry of office.yml's consultants without addresses."""
    profile = {**profile, "name": " ".join(profile["name"].split())}
    check(office, profile)
    row = await _new_row(session, office, profile, now)
    return row, await invite(session, now, row.id)


async def _new_row(
    session: AsyncSession, office: Office, profile: dict[str, Any], now: datetime
) -> Consultant:
    """Hers, also when somebody of that name was here before: their entries stay theirs."""
    name = profile["name"]
    if in_file(office, name):
        raise NotDone("in_file", f"{name} is in the office file already: names must differ")
    if await _find(session, name):
        raise NotDone(
            "invited_already",
            f'{name} is invited already: for a further invitation, puente consultant invite "{name}"',
        )
    fingerprint = keyring.blind(f"consultant:{name}")
    row = (await session.scalars(select(Consultant).filter_by(fingerprint=fingerprint))).one_or_none()
    if row is None:
        row = Consultant(fingerprint=fingerprint, profile=profile, created_at=now)
        session.add(row)
    elif await _not_cleared(session, row):
        raise NotDone("not_cleared", f"the removal of {name} is not complete: start Puente, and try again")
    row.profile, row.listed, row.invited, row.paused_at = profile, True, True, None
    await session.flush()
    return row


async def _not_cleared(session: AsyncSession, row: Consultant) -> bool:
    """Whether a chat or a case is still tied to who was removed: it would be given to who comes now."""
    chats = await session.scalar(select(func.count()).where(Conversation.consultant_id == row.id))
    held = select(func.count()).where(Case.holder_id == row.id, Case.closed_at.is_(None))
    return bool(chats or await session.scalar(held))


async def end_access(session: AsyncSession, row: Consultant) -> None:
    """It ends with this; what she held and what is on its way to her is a duty's (`leaving.py`)."""
    row.listed = False
    await session.flush()  # she is locked before her invitations, as when she joins
    await session.execute(delete(Invitation).where(Invitation.consultant_id == row.id))


def in_file(office: Office, name: str) -> Listed | None:
    return next((one for one in office.consultants if folded(one.name) == folded(name)), None)


async def all_invited(session: AsyncSession) -> Sequence[Consultant]:
    query = select(Consultant).where(Consultant.invited, Consultant.listed)
    return (await session.scalars(query.order_by(Consultant.created_at, Consultant.id))).all()


async def _find(session: AsyncSession, name: str) -> Consultant | None:
    rows = await all_invited(session)
    return next((row for row in rows if folded(row.profile["name"]) == folded(name)), None)


async def invited(session: AsyncSession, office: Office, name: str, instead: str) -> Consultant:
    """Who was invited under this name. `instead`: what to do for who is in office.yml."""
    if one := in_file(office, name):
        raise NotDone("in_file", f"{one.name} is in the office file: {instead}")
    row = await _find(session, name)
    if row is None:
        raise NotDone("unknown", f"nobody called {name} is invited; to see who is: puente consultant list")
    return row


def whatsapp_link(settings: Settings, word: str) -> str:
    """Opens WhatsApp with the word typed; "" without a number of ours."""
    number = (settings.twilio_whatsapp_from or "").removeprefix("whatsapp:+")
    return f"https://wa.me/{number}?text={quote(word)}" if number else ""
