"""What was written lately by both sides, for whoever has the case: verbatim, with the times, and what colleagues noted."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.cases import MERGED, chats_of, notes
from bot.desk.clocks import both_clocks
from bot.desk.roster import Colleague
from bot.family import contacts
from bot.journeys.steps import journeys
from bot.journeys.steps import plain as folded
from bot.outbox.draft import FORWARD, RELAY
from bot.services import Services
from bot.store.tables import Case, Consultant, Conversation, Entry, Message, Send

SHOWN = (
    8  # messages of the patient that she sees on taking, and as many of what colleagues wrote to them since
)
LOOKED_AT = 40
SHORTEST_NUMBER = 7  # digits of a telephone
LONGEST_SHOWN = 500  # characters of one message
SENT_WITHIN = timedelta(days=2)  # before the case was opened


async def last_words(
    services: Services, session: AsyncSession, case: Case, language: str, above: str = ""
) -> str:
    """The last messages, verbatim, oldest first, each with its time and who wrote it; then the notes. Not those which are
    answers to a request and stand `above` word for word."""
    theirs = await _from_patient(services, session, case, language, folded(above))
    names = {row.id: str(row.profile["name"]) for row in await session.scalars(select(Consultant))}
    ours = await _from_consultants(services, session, case, language, names)
    lines = [
        f"{both_clocks(services, at, language)['time']}  {line}"
        for at, line in sorted([*theirs, *ours], key=_at)
    ]
    return "\n".join([*lines, *await _notes(services, session, case, language, names)])


type _Line = tuple[datetime, str]


def _at(line: _Line) -> datetime:
    return line[0]


async def _from_patient(
    services: Services, session: AsyncSession, case: Case, language: str, above: str
) -> list[_Line]:
    chats = await chats_of(session, case)
    family = await family_words(session, case)
    query = select(Message).where(or_(Message.conversation_id.in_(chats), Message.id.in_(family)))
    query = query.order_by(Message.id.desc()).limit(LOOKED_AT)
    told = [
        message
        for message in await session.scalars(query)
        if _tells(services, message) and not (_of_a_request(message) and _stands(message, above))
    ][:SHOWN]
    lines = []
    for message in reversed(told):
        words = words_of(services, message, language)
        kind, who = "message", ""
        if message.id in family:
            kind = "relative"
            who = await contacts.label(services, session, case, family[message.id], language) or "–"
        elif len(chats) > 1:
            words = f"[{services.texts.word('channel', message.channel, language)}] {words}"
        lines.append((message.received_at, _said(services, language, kind, words, who)))
    return lines


async def family_words(session: AsyncSession, case: Case) -> dict[int, Conversation]:
    """What relatives wrote in this case, by message, and in whose chat: never what they wrote of something else."""
    people = await contacts.ever(session, case)
    if not people:
        return {}
    entries = await session.scalars(select(Entry).where(Entry.case_id == case.id, Entry.kind == "message"))
    ids = [entry.body["message"] for entry in entries if entry.consultant_id is None]
    query = select(Message.id, Message.conversation_id).where(
        Message.id.in_(ids), Message.conversation_id.in_(people)
    )
    return {number: people[chat] for number, chat in await session.execute(query)}


async def _from_consultants(
    services: Services, session: AsyncSession, case: Case, language: str, names: dict[UUID, str]
) -> list[_Line]:
    """What colleagues wrote to the patient as it went out, also what is still kept for them; not what was taken back."""
    authors = await authors_of(session, case)
    query = select(Send).where(
        Send.case_id == case.id, Send.purpose == RELAY.name, Send.state.not_in(("failed", "cancelled"))
    )
    sends = (await session.scalars(query.order_by(Send.id.desc()).limit(SHOWN))).all()
    edited = {send.body.get("replaces") for send in sends}
    lines = []
    for send in (send for send in sends if send.id not in edited):
        key = "answer_kept" if send.state == "held" else "answer"
        who = names.get(authors[send.answers_id], "–") if send.answers_id in authors else "–"
        text = await sent_words(services, session, send, language)
        lines.append((send.created_at, _said(services, language, key, text, who)))
    return lines[::-1]


async def authors_of(session: AsyncSession, case: Case) -> dict[int, UUID]:
    """Who wrote the messages that went to the patient."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind == "message")
    found = await session.scalars(query.where(Entry.consultant_id.is_not(None)))
    return {entry.body["message"]: entry.consultant_id for entry in found if entry.consultant_id}


async def sent_words(services: Services, session: AsyncSession, send: Send, language: str) -> str:
    """The words of a bubble to the patient, and that there was a file."""
    file, words = send.body.get("file"), send.body.get("text", "")
    if not file:
        return str(words)
    message = await session.get(Message, file["message_id"])
    item = message.body["attachments"][file["index"]] if message else {"kind": "other"}
    return f"[{services.texts.word('attachment', item['kind'], language)}] {words}".strip()


def _said(services: Services, language: str, kind: str, text: str, who: str = "") -> str:
    values = {"text": text[:LONGEST_SHOWN], "consultant": who}
    key = f"desk.history.{kind}.words"
    return services.texts.render(key, language, values, services.office, services.real).text


async def _notes(
    services: Services, session: AsyncSession, case: Case, language: str, names: dict[UUID, str]
) -> list[str]:
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
    chats = await chats_of(session, case)
    closed = select(func.max(Case.closed_at)).where(Case.conversation_id.in_(chats), Case.outcome != MERGED)
    beginning = case.opened_at - SENT_WITHIN
    since = max(
        beginning, await session.scalar(closed) or beginning
    )  # what an earlier case dealt with is done
    sent = select(Send.answers_id).where(Send.purpose == FORWARD.name, Send.answers_id.is_not(None))
    sent = sent.where(Send.state.not_in(("failed", "cancelled")))
    if holder:
        sent = sent.where(Send.conversation_id.in_([chat.id for chat in holder.conversations]))
    theirs = or_(Message.conversation_id.in_(chats), Message.id.in_(await family_words(session, case)))
    query = select(Message).where(theirs, Message.received_at > since)
    query = query.where(Message.id.not_in(sent)).order_by(Message.id)
    return [message for message in await session.scalars(query) if message.body.get("attachments")]


def _tells(services: Services, message: Message) -> bool:
    """Whether she learns something from it: not from a tapped button or a command of the patient's. What begins like an
    order of the desk ("Nota: es alérgica…") is the patient's own words: nothing of these may be lost."""
    text = message.body.get("text", "")
    command = services.texts.command(text)
    if message.body.get("choice") or (command and services.texts.commands[command.name].of != "consultants"):
        return False
    return bool(text.strip() or message.body.get("attachments"))


def _of_a_request(message: Message) -> bool:
    """Whether the assistant took it for an answer: it asked the next question, or read all of them back."""
    return any(key.startswith("intake.") for key in message.said or ())


def _stands(message: Message, above: str) -> bool:
    """Word for word (`above` is folded); a telephone number is written there without blanks. What skips a question stands
    there by not standing there."""
    text = message.body.get("text", "")
    words = folded(text)
    number = words.replace(" ", "")
    if number.isdigit() and len(number) >= SHORTEST_NUMBER:
        return number in above
    return journeys().skips(text) or (bool(words) and f" {words} " in f" {above} ")


def words_of(services: Services, message: Message, language: str) -> str:
    """A message as one can read it: its text, and what was attached, in words."""
    attachments = [
        " ".join(
            filter(None, (f"[{services.texts.word('attachment', item['kind'], language)}]", item["label"]))
        )
        for item in message.body.get("attachments", ())
    ]
    return " ".join([*attachments, message.body.get("text", "")]).strip() or "–"
