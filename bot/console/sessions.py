"""Who is signed in: a random cookie, of which the database keeps the fingerprint. It ends when idle, and for good after a day's
work; a consultant's ends with her access."""

import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import roster
from bot.desk.roster import Colleague
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import ConsoleLink, ConsoleSession

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)  # when she was last seen: not a write for each page
TOKEN_BYTES = 32

type SignedIn = tuple[ConsoleSession, Colleague | None]


def fingerprint(token: str) -> bytes:
    return keyring.blind(f"console_session:{token}")


def form_seal(token: str) -> str:
    """What every form carries to prove that it is a page of ours that sends it: made of the cookie, told by no other site."""
    return keyring.blind(f"console_form:{token}").hex()


async def start(services: Services, session: AsyncSession, link: ConsoleLink | None, language: str) -> str:
    """A session for whose link it is, or for the administrator. Returns its cookie; sessions of former days go."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), services.clock()
    await session.execute(delete(ConsoleSession).where(ConsoleSession.created_at < now - LONGEST))
    row = ConsoleSession(
        fingerprint=fingerprint(token),
        consultant_id=link.consultant_id if link else None,
        conversation_id=link.conversation_id if link else None,
        language=language,
        created_at=now,
        seen_at=now,
    )
    session.add(row)
    return token


async def find(services: Services, session: AsyncSession, token: str, *, by_hand: bool) -> SignedIn | None:
    """The session of this cookie, and whose it is (None: the administrator's). `by_hand`: somebody is there, it is not the page
    that refreshes itself."""
    row = await session.get(ConsoleSession, fingerprint(token)) if token else None
    if row is None:
        return None
    me = await roster.colleague(services, session, row.consultant_id) if row.consultant_id else None
    now = services.clock()
    if row.seen_at < now - IDLE or row.created_at < now - LONGEST or not _has_access(row, me):
        await session.delete(row)
        return None
    if by_hand and row.seen_at < now - NOTED_EVERY:
        row.seen_at = now
    return row, me


def _has_access(row: ConsoleSession, me: Colleague | None) -> bool:
    """A consultant's chat from which she came must still be hers."""
    if row.consultant_id is None:
        return True
    return me is not None and row.conversation_id in {chat.id for chat in me.conversations}


async def end(session: AsyncSession, token: str) -> None:
    await session.execute(delete(ConsoleSession).where(ConsoleSession.fingerprint == fingerprint(token)))
