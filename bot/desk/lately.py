"""What a patient wrote and sent lately, for whoever takes the case: verbatim, with the times, and what colleagues noted."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.cases import notes
from bot.desk.clocks import both_clocks
from bot.desk.roster import Colleague
from bot.outbox.draft import FORWARD
from bot.services import Services
from bot.store.tables import Case, Consultant, Message, Send

SHOWN = 8  # messages of the patient that she sees on taking
LOOKED_AT = 40
LONGEST_SHOWN = 500  # characters of one message
SENT_WITHIN = timedelta(days=2)  # before the case was opened


async def last_words(services: Services, session: AsyncSession, case: Case, language: str) -> str:
    """The patient's last messages, verbatim, oldest first, each with its time."""
    query = (
        select(Message)
        .where(Message.conversation_id == case.conversation_id)
        .order_by(Message.id.desc())
        .limit(LOOKED_AT)
    )
    lines = []
    told = [message for message in await session.scalars(query) if _tells(services, message)][:SHOWN]
    for message in reversed(told):
        time = both_clocks(services, message.received_at, language)["time"]
        lines.append(f"{time}  {words_of(services, message, language)[:LONGEST_SHOWN]}")
    return "\n".join([*lines, *await _notes(services, session, case, language)])


async def _notes(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    names = {row.id: row.profile["name"] for row in await session.scalars(select(Consultant))}
    lines = []
    for note in await notes(session, case):
        values = {
            "consultant": names.get(note.consultant_id, "–") if note.consultant_id else "–",
            "text": note.body["text"],
        }
        text = services.texts.render("desk.note_line", language, values, services.office, services.real)
        lines.append(text.text)
    return lines


async def earlier_files(session: AsyncSession, case: Case, holder: Colleague | None = None) -> list[Message]:
    """The patient's messages with files that nobody (or this holder) has been sent yet: whoever has the case sees them."""
    closed = select(func.max(Case.closed_at)).where(Case.conversation_id == case.conversation_id)
    beginning = case.opened_at - SENT_WITHIN
    since = max(
        beginning, await session.scalar(closed) or beginning
    )  # what an earlier case dealt with is done
    sent = select(Send.answers_id).where(Send.purpose == FORWARD.name, Send.answers_id.is_not(None))
    sent = sent.where(Send.state != "cancelled")
    sent = sent.where(Send.state.not_in(("failed", "cancelled")))
    if holder:
        sent = sent.where(Send.conversation_id.in_([chat.id for chat in holder.conversations]))
    query = select(Message).where(
        Message.conversation_id == case.conversation_id, Message.received_at > since
    )
    query = query.where(Message.id.not_in(sent)).order_by(Message.id)
    return [message for message in await session.scalars(query) if message.body.get("attachments")]


def _tells(services: Services, message: Message) -> bool:
    """Whether she learns something from it: not from a tapped button or a command."""
    text = message.body.get("text", "")
    if message.body.get("choice") or services.texts.command(text):
        return False
    return bool(text.strip() or message.body.get("attachments"))


def words_of(services: Services, message: Message, language: str) -> str:
    """A message as one can read it: its text, and what was attached, in words."""
    attachments = [
        " ".join(
            filter(None, (f"[{services.texts.word('attachment', item['kind'], language)}]", item["label"]))
        )
        for item in message.body.get("attachments", ())
    ]
    return " ".join([*attachments, message.body.get("text", "")]).strip() or "–"
