"""Consent: asked before the first personal question, kept with the words that were read, revocable."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.privacy.notice import notice
from bot.privacy.requests import note
from bot.services import Services
from bot.store.tables import Consent, Conversation

NOTICE_VERSION = notice().version  # a new one is asked for anew
ASKED = "privacy.consent.ask"


async def given(session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether this person agreed, to the notice of now, and has not taken it back."""
    query = select(Consent.id).where(
        Consent.conversation_id == conversation_id,
        Consent.notice_version == NOTICE_VERSION,
        Consent.revoked_at.is_(None),
    )
    return (await session.scalars(query.limit(1))).one_or_none() is not None


async def give(services: Services, session: AsyncSession, conversation: Conversation) -> None:
    """They said yes under the words of `ASKED`, in the language of now. Who said so before has said it."""
    if await given(session, conversation.id):
        return
    language = conversation.language or "es"
    shown = services.texts.render(ASKED, language, {}, services.office, services.real).text
    session.add(
        Consent(
            conversation_id=conversation.id,
            notice_version=NOTICE_VERSION,
            shown=shown,
            language=language,
            channel=conversation.channel,
            given_at=services.clock(),
        )
    )


async def revoke(services: Services, session: AsyncSession, conversation_id: UUID) -> None:
    """From now on nothing personal is asked or passed on without a new yes."""
    given_before = update(Consent).where(
        Consent.conversation_id == conversation_id, Consent.revoked_at.is_(None)
    )
    taken_back = given_before.values(revoked_at=services.clock()).returning(Consent.id)
    if (await session.scalars(taken_back)).all():
        who = await session.get_one(Conversation, conversation_id)
        await note(session, services.office, services.clock(), who, "revocation", done=True)
