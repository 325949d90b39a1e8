"""The link by which a consultant signs in to the console: hers, for ten minutes, once.

Only its fingerprint is stored. Opening it spends nothing, because chats open links for a preview: the button on the page does.
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import ConsoleLink, Consultant, Conversation

GOOD_FOR = timedelta(minutes=10)
TOKEN_BYTES = 24
PATH = "/console/enter/"


def fingerprint(token: str) -> bytes:
    return keyring.blind(f"console_link:{token}")


async def new_link(services: Services, session: AsyncSession, conversation: Conversation) -> str:
    """The address, known now and never again. Links that she had before are void."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), services.clock()
    whose = conversation.consultant_id
    await session.execute(delete(ConsoleLink).where(ConsoleLink.consultant_id == whose))
    row = ConsoleLink(
        fingerprint=fingerprint(token),
        consultant_id=whose,
        conversation_id=conversation.id,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(row)
    return f"{services.settings.base_url}{PATH}{token}"


async def is_good(services: Services, session: AsyncSession, token: str) -> bool:
    """Whether the button under the link would sign somebody in."""
    query = select(ConsoleLink).join(Consultant, Consultant.id == ConsoleLink.consultant_id)
    query = query.where(ConsoleLink.fingerprint == fingerprint(token), Consultant.listed)
    link = (await session.scalars(query)).one_or_none()
    return link is not None and link.used_at is None and link.expires_at > services.clock()


async def spend(services: Services, session: AsyncSession, token: str) -> ConsoleLink | None:
    """The link, used up by this call; None when it was used, is late or never was. Of two calls at once one gets it."""
    if not await is_good(services, session, token):
        return None
    used = (
        update(ConsoleLink)
        .where(ConsoleLink.fingerprint == fingerprint(token), ConsoleLink.used_at.is_(None))
        .values(used_at=services.clock())
        .returning(ConsoleLink)
    )
    return (await session.scalars(used)).one_or_none()
