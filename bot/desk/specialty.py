"""Which of the office's specialties a patient named: so that her case finds who knows it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.dialogue.choices import folded
from bot.office import Office
from bot.store.tables import Case, Message

LOOKED_AT = 10  # messages


async def specialty_of(office: Office, session: AsyncSession, case: Case) -> str:
    """The key of the specialty named last, as office.yml lists it; "" when none was named."""
    query = select(Message).where(Message.conversation_id == case.conversation_id).order_by(Message.id.desc())
    for message in await session.scalars(query.limit(LOOKED_AT)):
        if found := named(office, message.body.get("text", "")):
            return found
    return ""


def named(office: Office, text: str) -> str:
    """The specialty whose name stands in the text, in either language, accents or not."""
    words = folded(text)
    for key, titles in office.specialties.items():
        if any(folded(name) in words for name in (titles.es, titles.en)):
            return key
    return ""
