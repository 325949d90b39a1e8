"""What consultants' chats hold of a patient: cards, forwarded words, replies, lists with a name, buttons, reminders. What is
tied to one of their cases goes, also in the chats of relatives; what only names them, or their number, is emptied:
consultants' chats are looked through. Of a relative go her own words and what was written to her, wherever they stand."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.store.tables import (
    Case,
    Choice,
    ConsoleSession,
    ContactOfCase,
    Conversation,
    Entry,
    Message,
    Record,
    Reminder,
    Send,
    StoredFile,
)

OF_RELATIVES = "family."  # keys of texts that may name one
SHORTEST_NAME = 3  # characters: a shorter one is in too many words
SHORTEST_NUMBER = 7  # digits


@dataclass(frozen=True, slots=True)
class Traces:
    """`copies`: ids, at WhatsApp's provider, of what was in consultants' chats. `seen`: the consultants concerned."""

    copies: list[str]
    seen: frozenset[UUID]


async def empty(
    session: AsyncSession, people: Sequence[Conversation], numbers: Sequence[int], now: datetime
) -> Traces:
    """Of these patients and their cases, in everybody else's chats."""
    chats = [person.id for person in people]
    entries = (await session.scalars(select(Entry).where(Entry.case_id.in_(numbers)))).all()
    copies = await _tied_sends(session, chats, numbers)
    messages = await _tied_messages(session, chats, numbers, entries)
    copies += await _empty_messages(session, messages, now)
    await _others(session, people, numbers, now)
    await _family(session, people, now)
    return Traces(copies, frozenset(entry.consultant_id for entry in entries if entry.consultant_id))


async def _tied_messages(
    session: AsyncSession, chats: Sequence[UUID], numbers: Sequence[int], entries: Iterable[Entry]
) -> list[Message]:
    """What consultants typed about these cases: what an entry names, and what an answer about the case answered."""
    named = {entry.body["message"] for entry in entries if "message" in entry.body}
    about = or_(Send.case_id.in_(numbers), Send.conversation_id.in_(chats) & (Send.purpose == "relay"))
    answered = select(Send.answers_id).where(about, Send.answers_id.is_not(None))
    query = select(Message).where(or_(Message.id.in_(named), Message.id.in_(answered)))
    return list(await session.scalars(query.where(Message.conversation_id.not_in(chats))))


async def _tied_sends(session: AsyncSession, chats: Sequence[UUID], numbers: Sequence[int]) -> list[str]:
    """Their bodies go at once; the rows stay until `_tied_messages` has read what they answered."""
    query = select(Send, Conversation.channel).join(Conversation, Conversation.id == Send.conversation_id)
    own = select(Message.id).where(Message.conversation_id.in_(chats))
    tied = or_(Send.case_id.in_(numbers), Send.answers_id.in_(own))
    query = query.where(tied, Send.conversation_id.not_in(chats), Send.purpose != "board")
    copies = []
    for send, channel in (await session.execute(query)).all():
        send.body, send.why = {}, None
        if send.provider_id and channel == ChannelName.WHATSAPP:
            copies.append(send.provider_id)
    return copies


async def _empty_messages(session: AsyncSession, messages: Iterable[Message], now: datetime) -> list[str]:
    """With the files that came with them."""
    copies, gone = [], list(messages)
    numbers = [message.id for message in gone]
    await session.execute(delete(StoredFile).where(StoredFile.message_id.in_(numbers)))
    await session.execute(delete(Record).where(Record.message_id.in_(numbers)))
    for message in gone:
        message.body, message.said, message.emptied_at = {}, None, now
        if message.channel == ChannelName.WHATSAPP:
            copies.append(message.provider_id)
    return copies


async def _others(
    session: AsyncSession, people: Sequence[Conversation], numbers: Sequence[int], now: datetime
) -> None:
    """Everything since they first wrote that names them: sealed, so each row is opened to be compared."""
    chats, since = [person.id for person in people], min(person.created_at for person in people)
    marks = [mark for person in people for mark in _marks(person)]
    staff = select(Conversation).where(Conversation.role != "patient", Conversation.id.not_in(chats))
    found = (await session.scalars(staff)).all()
    ids = [chat.id for chat in found]
    for chat in found:
        if _is_about(chat.last_said, marks, numbers):
            chat.last_said = None
    await _choices(session, ids, marks, numbers)
    sends = select(Send).where(Send.conversation_id.in_(ids), Send.created_at >= since)
    async for send in await session.stream_scalars(sends.where(Send.purpose != "board")):
        if _names(send.body, marks):
            send.body, send.emptied_at = {}, now
    written = select(Message).where(Message.conversation_id.in_(ids), Message.received_at >= since)
    async for message in await session.stream_scalars(written):
        if _names(message.body, marks):
            message.body, message.emptied_at = {}, now
    for reminder in await session.scalars(select(Reminder).where(Reminder.conversation_id.in_(ids))):
        if reminder.case_id not in numbers and _names(reminder.words, marks):
            await session.delete(reminder)
    await session.execute(update(ConsoleSession).values(notice=None))  # said once, at the next page


async def _family(session: AsyncSession, people: Sequence[Conversation], now: datetime) -> None:
    """In the chats of the cases that they accompanied: that they joined or left, and who is there. What else the assistant or
    a consultant said there is the patient's."""
    chats, marks = [person.id for person in people], [mark for person in people for mark in _marks(person)]
    joined = select(ContactOfCase.case_id).where(ContactOfCase.conversation_id.in_(chats))
    patients = select(Case.conversation_id).where(Case.id.in_(joined), Case.conversation_id.not_in(chats))
    numbers = (await session.scalars(patients)).all()
    for send in await session.scalars(
        select(Send).where(Send.conversation_id.in_(numbers), Send.why.is_not(None))
    ):
        if any(key.startswith(OF_RELATIVES) for key in (send.why or {})["keys"]) and _names(send.body, marks):
            send.body, send.emptied_at = {}, now
    for chat in await session.scalars(select(Conversation).where(Conversation.id.in_(numbers))):
        if _names(chat.last_said, marks):
            chat.last_said = None


async def _choices(
    session: AsyncSession, chats: Sequence[UUID], marks: Sequence[str], numbers: Sequence[int]
) -> None:
    gone = [
        choice.token
        for choice in await session.scalars(select(Choice).where(Choice.conversation_id.in_(chats)))
        if choice.meaning.get("case") in numbers or _names(choice.meaning, marks)
    ]
    await session.execute(delete(Choice).where(Choice.token.in_(gone)))


def _marks(person: Conversation) -> list[str]:
    """By what their name and number are known again in what others wrote."""
    name = " ".join(person.name.casefold().split())
    digits = "".join(sign for sign in person.phone if sign.isdigit())
    long_enough = [name] if len(name) >= SHORTEST_NAME else []
    return [*long_enough, *([digits[-10:]] if len(digits) >= SHORTEST_NUMBER else [])]


def _names(held: Any, marks: Sequence[str]) -> bool:
    words = json.dumps(held, ensure_ascii=False).casefold()
    bare = "".join(sign for sign in words if sign.isdigit()) if any(m.isdigit() for m in marks) else ""
    return any(mark in (bare if mark.isdigit() else words) for mark in marks)


def _is_about(said: dict[str, Any] | None, marks: Sequence[str], numbers: Sequence[int]) -> bool:
    if not said:
        return False
    cases = {str(one.get("values", {}).get("case", "")) for one in said.get("says", ())}
    return bool(cases & {str(number) for number in numbers}) or _names(said, marks)
