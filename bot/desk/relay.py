"""Words from one person to the other, through the bot: text, files, voice, quoted replies."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.cases import append
from bot.desk.roster import Colleague
from bot.outbox.draft import FORWARD, RELAY, Draft, DraftFile, Purpose
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Message, Send

SENDABLE = ("image", "document", "audio", "video", "sticker")


async def to_patient(
    services: Services, session: AsyncSession, case: Case, consultant: Colleague, message: Message
) -> None:
    """A consultant's bubble goes to the patient under her name."""
    patient = await session.get_one(Conversation, case.conversation_id)
    await append(services, session, case, "message", consultant.id, message=message.id)
    case.page_all_at = None
    await _relay(services, session, case, patient, message, consultant.name, RELAY)


async def to_holder(
    services: Services, session: AsyncSession, case: Case, holder: Colleague, message: Message
) -> None:
    """A patient's bubble goes to the holder, headed by the case."""
    patient = await session.get_one(Conversation, case.conversation_id)
    header = f"#{case.id} · {patient.name}" if patient.name else f"#{case.id}"
    await append(services, session, case, "message", message=message.id)
    target = await _chat_of_case(session, case, holder)
    await _relay(services, session, case, target, message, header, FORWARD)


async def _relay(
    services: Services,
    session: AsyncSession,
    case: Case,
    target: Conversation,
    message: Message,
    header: str,
    purpose: Purpose,
) -> None:
    quotes = await _quoted_there(session, message, target)
    drafts = await _drafts(services, message, target, header, quotes)
    for draft in drafts:
        await enqueue(services, session, target, draft, purpose, case_id=case.id, answers_id=message.id)


async def _drafts(
    services: Services, message: Message, target: Conversation, header: str, quotes: str
) -> list[Draft]:
    language = target.language or "es"
    attachments = message.body.get("attachments", ())
    words = [message.body.get("text", ""), *(_in_words(services, item, language) for item in attachments)]
    text = "\n".join(word for word in words if word)
    files = [DraftFile(message.id, i) for i, item in enumerate(attachments) if item["kind"] in SENDABLE]
    if not files:
        return [Draft(text=text, header=header, quotes=quotes)]
    first, *rest = files
    return [
        Draft(text=text, header=header, quotes=quotes, file=first),
        *(Draft(header=header, file=f) for f in rest),
    ]


def _in_words(services: Services, attachment: dict[str, object], language: str) -> str:
    """A place or a contact card as text: every channel can carry that."""
    word = services.texts.word("attachment", str(attachment["kind"]), language)
    if attachment["kind"] == "location":
        return f"[{word}] {attachment['label']} {attachment['latitude']},{attachment['longitude']}".replace(
            "  ", " "
        )
    if attachment["kind"] == "contact":
        return f"[{word}] {attachment['label']} {attachment['phone']}".rstrip()
    return f"[{word}]" if attachment["kind"] == "other" else ""


async def _quoted_there(session: AsyncSession, message: Message, target: Conversation) -> str:
    """The reference, in the receiver's chat, of what this message quotes: the original of a bubble of ours that relayed
    something, or our relay of something the person herself had written."""
    quoted = message.body.get("quoted", "")
    if not quoted:
        return ""
    ours = select(Send).where(Send.conversation_id == message.conversation_id, Send.provider_id == quoted)
    send = (await session.scalars(ours.order_by(Send.id.desc()).limit(1))).one_or_none()
    if send is not None and send.answers_id:
        original = await session.get(Message, send.answers_id)
        return original.reference if original and original.conversation_id == target.id else ""
    own = select(Message).where(
        Message.conversation_id == message.conversation_id, Message.reference == quoted
    )
    theirs = (await session.scalars(own.limit(1))).one_or_none()
    if theirs is None:
        return ""
    relayed = select(Send.provider_id).where(Send.conversation_id == target.id, Send.answers_id == theirs.id)
    return (await session.scalars(relayed.limit(1))).one_or_none() or ""


async def _chat_of_case(session: AsyncSession, case: Case, holder: Colleague) -> Conversation:
    """The chat in which the holder last dealt with this case, else her preferred one."""
    ids = [conversation.id for conversation in holder.conversations]
    query = (
        select(Message.conversation_id)
        .where(Message.conversation_id.in_(ids), Message.received_at >= case.opened_at)
        .order_by(Message.id.desc())
        .limit(1)
    )
    used = (await session.scalars(query)).one_or_none()
    return next((c for c in holder.conversations if c.id == used), holder.conversations[0])
