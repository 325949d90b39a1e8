"""Words from one person to the other, through the bot: text, files, voice, quoted replies."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import AttachmentKind, ChannelName
from bot.desk import edits, focus, targets
from bot.desk.cases import append, chats_of
from bot.desk.roster import Colleague
from bot.desk.windows import reached
from bot.family import contacts
from bot.outbox.draft import FORWARD, RELAY, Draft, DraftFile, Purpose
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Message, Send

SENDABLE = ("image", "document", "audio", "video", "sticker")


async def to_patient(
    services: Services,
    session: AsyncSession,
    case: Case,
    consultant: Colleague,
    message: Message,
    *,
    words: str | None = None,
    due_at: datetime | None = None,
    chat: Conversation | None = None,
) -> None:
    """A consultant's bubble goes to the patient under her name, or to the relative whose `chat` it is. `words` instead of the
    bubble's own; not before `due_at`."""
    if chat is None:
        chat = await session.get_one(Conversation, case.conversation_id)
    await append(services, session, case, "message", consultant.id, message=message.id)
    await targets.answered(services, session, case)
    await _relay(services, session, case, chat, message, consultant.name, RELAY, words=words, due_at=due_at)


async def to_holder(
    services: Services, session: AsyncSession, case: Case, holder: Colleague, message: Message
) -> None:
    """A patient's bubble goes to the holder, headed by the case."""
    await append(services, session, case, "message", message=message.id)
    await targets.patient_wrote(services, session, case)
    target = await _chat_of_case(services, session, case, holder)
    await focus.spent(services, session, target, case)
    header = await _header(services, session, case, target, message)
    words = edits.marked(services, message, holder.language) if message.body.get("edited") else None
    await _relay(services, session, case, target, message, header, FORWARD, words=words)


async def _header(
    services: Services, session: AsyncSession, case: Case, target: Conversation, message: Message
) -> str:
    """The line over a patient's words: case, who wrote, which of several chats, and whether the consultant's own lines go
    there now."""
    patient, language = await session.get_one(Conversation, message.conversation_id), target.language or "es"
    chats = await chats_of(session, case)
    several = len(chats) > 1 and patient.id in chats
    channel = services.texts.word("channel", patient.channel, language) if several else ""
    who = await contacts.label(services, session, case, patient, language)
    mark = await focus.mark(services, session, target, case)
    return " · ".join(filter(None, (f"#{case.id}", who, channel, mark)))


async def _relay(
    services: Services,
    session: AsyncSession,
    case: Case,
    target: Conversation,
    message: Message,
    header: str,
    purpose: Purpose,
    *,
    words: str | None = None,
    due_at: datetime | None = None,
) -> None:
    quotes = await _quoted_there(session, message, target)
    text = message.body.get("text", "") if words is None else words
    drafts = await _drafts(services, message, target, header, quotes, text)
    if message.body.get("edited"):
        change = await edits.shown_in_place(services, session, target, message, drafts[0], purpose)
        drafts = [change] if change else drafts
    for draft in drafts:
        await enqueue(
            services,
            session,
            target,
            draft,
            purpose,
            case_id=case.id,
            answers_id=message.id,
            due_at=due_at,
        )


async def _drafts(
    services: Services, message: Message, target: Conversation, header: str, quotes: str, text: str
) -> list[Draft]:
    language = target.language or "es"
    attachments = message.body.get("attachments", ())
    lines = [text, *(_in_words(services, item, language) for item in attachments)]
    text = "\n".join(line for line in lines if line)
    files = [DraftFile(message.id, i) for i, item in enumerate(attachments) if item["kind"] in SENDABLE]
    if not files:
        return [Draft(text=text, header=header, quotes=quotes)]
    first, *rest = files
    return [
        Draft(text=text, header=header, quotes=quotes, file=first, about=_unnamed(message, first, target)),
        *(Draft(header=header, file=f, about=_unnamed(message, f, target)) for f in rest),
    ]


def _unnamed(message: Message, file: DraftFile, target: Conversation) -> DraftFile | None:
    """The file itself when its name must be said in words, or its kind and size when Twilio told no name: WhatsApp shows
    none."""
    item = message.body["attachments"][file.index]
    named = bool(item["name"]) and target.channel != ChannelName.WHATSAPP
    return file if item["kind"] == AttachmentKind.DOCUMENT and not named else None


def _in_words(services: Services, attachment: dict[str, object], language: str) -> str:
    """A place or a contact card as text: every channel can carry that."""
    word = services.texts.word("attachment", str(attachment["kind"]), language)
    if attachment["kind"] == "location":
        return f"[{word}] {attachment['label']} {attachment['latitude']},{attachment['longitude']}".replace(
            "  ", " "
        )
    if attachment["kind"] == "contact":
        told = (attachment["label"], attachment.get("organisation"), attachment["phone"])
        return f"[{word}] {' · '.join(str(one) for one in told if one)}".rstrip()
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
    theirs = (await session.scalars(own.order_by(Message.id).limit(1))).one_or_none()
    if theirs is None:
        return ""
    relayed = select(Send.provider_id).where(Send.conversation_id == target.id, Send.answers_id == theirs.id)
    return (await session.scalars(relayed.limit(1))).one_or_none() or ""


async def _chat_of_case(
    services: Services, session: AsyncSession, case: Case, holder: Colleague
) -> Conversation:
    """The chat in which the holder last dealt with this case, else her preferred one; another while that one is closed."""
    ids = [conversation.id for conversation in holder.conversations]
    query = (
        select(Message.conversation_id)
        .where(Message.conversation_id.in_(ids), Message.received_at >= case.opened_at)
        .order_by(Message.id.desc())
        .limit(1)
    )
    used = (await session.scalars(query)).one_or_none()
    chat = next((c for c in holder.conversations if c.id == used), holder.conversations[0])
    return reached(holder, services.clock(), chat)
