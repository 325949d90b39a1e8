"""A message that its writer edited: what became of it before, and where the change can be shown in place."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.draft import Draft, Purpose
from bot.services import Services
from bot.store.tables import Conversation, Message, Send


async def versions(session: AsyncSession, message: Message) -> Sequence[Message]:
    """The message as it was before this edit, oldest first: every version keeps its reference."""
    query = select(Message).where(
        Message.conversation_id == message.conversation_id,
        Message.reference == message.reference,
        Message.id < message.id,
    )
    return (await session.scalars(query.order_by(Message.id))).all()


async def carried(session: AsyncSession, before: Sequence[Message], purpose: Purpose) -> Sequence[Send]:
    """The bubbles that carried those versions to the other person, taken back ones left out, oldest first."""
    query = select(Send).where(
        Send.answers_id.in_([message.id for message in before]),
        Send.purpose == purpose.name,
        Send.state != "cancelled",
    )
    return (await session.scalars(query.order_by(Send.id))).all()


def editable(services: Services, target: Conversation, sends: Sequence[Send]) -> Send | None:
    """The one bubble of words that an edit can change where it stands: no file, not cut in two, in a chat that can edit."""
    if not services.limits(target.channel).can_edit or any(send.state == "failed" for send in sends):
        return None
    firsts = [send for send in sends if not send.body.get("replaces")]
    one = firsts[0] if len(firsts) == 1 else None
    return one if one and one.conversation_id == target.id and "file" not in one.body else None


async def shown_in_place(
    services: Services,
    session: AsyncSession,
    target: Conversation,
    message: Message,
    draft: Draft,
    purpose: Purpose,
) -> Draft | None:
    """`draft` as a change of the bubble that carried the edited message; None when it has to be a bubble of its own."""
    if message.body.get("attachments"):
        return None
    sends = await carried(session, await versions(session, message), purpose)
    one = editable(services, target, sends)
    return Draft(text=draft.text, header=draft.header, replaces=one.id) if one else None


def marked(services: Services, message: Message, language: str) -> str:
    """What a patient edited, in words that say so to the holder."""
    values = {"text": message.body.get("text", "")}
    return services.texts.render("desk.edits.patient", language, values, services.office, services.real).text
