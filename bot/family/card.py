"""What a consultant reads of the people in a case: who else is in it, and that a colleague writes, with her contact card."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import AttachmentKind
from bot.family import contacts
from bot.services import Services
from bot.store.tables import Case, Conversation, Message

LOOKED_AT = 40  # messages, for a colleague's contact card


async def card_lines(
    services: Services, session: AsyncSession, case: Case, conversation: Conversation, language: str
) -> list[str]:
    """Before anybody takes it: relations without names; of a colleague also how to reach her. Of a relative's own case, which
    one she accompanies."""
    lines = []
    if conversation.colleague_at:
        lines.append(_text(services, "desk.card.colleague", language))
        lines += await _contact_card(services, session, conversation, language)
    others = await contacts.joined_cases(session, conversation.id)
    lines += [
        _text(services, "desk.card.accompanies", language, case=str(other.id))
        for other in others
        if other.closed_at is None
    ]
    if people := await contacts.relatives(session, case):
        who = [contacts.relation_in_words(services, one.row.relation, language) or "–" for one in people]
        lines.append(_text(services, "desk.card.family", language, value=", ".join(who)))
    return lines


async def names_line(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    """For its holder: who else is in the case and may be answered, by name."""
    people = await contacts.relatives(session, case)
    if not people:
        return []
    names = [await contacts.label(services, session, case, one.chat, language) or "–" for one in people]
    return [_text(services, "desk.card.family", language, value=", ".join(names))]


async def _contact_card(
    services: Services, session: AsyncSession, conversation: Conversation, language: str
) -> list[str]:
    """The card that a colleague shared last: it is hers to be contacted by, and nothing of a patient."""
    query = select(Message).where(Message.conversation_id == conversation.id).order_by(Message.id.desc())
    for message in await session.scalars(query.limit(LOOKED_AT)):
        for item in message.body.get("attachments", ()):
            if item["kind"] == AttachmentKind.CONTACT and item["label"]:
                told = (item["label"], item.get("organisation"), item["phone"])
                value = " · ".join(str(one) for one in told if one)
                return [_text(services, "desk.card.contact", language, value=value)]
    return []


def _text(services: Services, key: str, language: str, **values: str) -> str:
    return services.texts.render(key, language, values, services.office, services.real).text
