"""What was written in a case and what happened in it, oldest first: for who has opened it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.because import Lines, because
from bot.console.pages import text
from bot.console.visit import Visit
from bot.desk.cases import chats_of
from bot.desk.lately import authors_of, family_words, sent_words, words_of
from bot.desk.standing import at_words, names
from bot.desk.thread import line_of
from bot.family import contacts
from bot.outbox.draft import ANNOUNCEMENT, INVITATION, OPT_OUT, RELAY, REPLY, SAFETY
from bot.store.tables import Case, Conversation, Entry, Message, Send

SHOWN = 100  # the last ones of each kind
TO_THE_PATIENT = tuple(one.name for one in (REPLY, SAFETY, ANNOUNCEMENT, OPT_OUT, RELAY, INVITATION))
WRITTEN = ("message", "canned", "looked_at")  # entries that are shown as words, or kept in the audit log


@dataclass(frozen=True, slots=True)
class Item:
    """`kind`: patient, office, note or event. `head`: when, who, how far it got. `why`: of a reply of the assistant, which has
    an `id`."""

    at: datetime
    kind: str
    head: str
    text: str
    id: int = 0
    why: Lines = ()


async def timeline(visit: Visit, session: AsyncSession, case: Case) -> Sequence[Item]:
    people = await names(session)
    chats = await chats_of(session, case)
    found = [
        *await _of_the_patient(visit, session, case, chats),
        *await _to_the_patient(visit, session, case, chats, people),
        *await _what_happened(visit, session, case, people),
    ]
    return sorted(found, key=lambda item: item.at)


async def _of_the_patient(
    visit: Visit, session: AsyncSession, case: Case, chats: Sequence[UUID]
) -> list[Item]:
    """And what relatives wrote in this case, under their names."""
    family = await family_words(session, case)
    theirs = or_(Message.conversation_id.in_(chats), Message.id.in_(family))
    items = []
    for one in await session.scalars(select(Message).where(theirs).order_by(Message.id.desc()).limit(SHOWN)):
        chat = family.get(one.id)
        who = await _name(visit, session, case, chat) if chat else text(visit, "thread.patient")
        head = f"{_at(visit, one.received_at)} · {who}"
        items.append(Item(one.received_at, "patient", head, words_of(visit.services, one, visit.language)))
    return items


async def _name(visit: Visit, session: AsyncSession, case: Case, chat: Conversation) -> str:
    return await contacts.label(visit.services, session, case, chat, visit.language) or "–"


async def _to_the_patient(
    visit: Visit, session: AsyncSession, case: Case, chats: Sequence[UUID], people: dict[UUID, str]
) -> list[Item]:
    """What the assistant and colleagues wrote, with what became of it; to relatives, what colleagues did. Not what was taken
    back before it left."""
    authors = await authors_of(session, case)
    family = await contacts.ever(session, case)
    relayed = Send.conversation_id.in_(family) & (Send.case_id == case.id) & (Send.purpose == RELAY.name)
    to_patient = Send.conversation_id.in_(chats) & Send.purpose.in_(TO_THE_PATIENT)
    query = select(Send).where(or_(to_patient, relayed))
    query = query.where(Send.state != "cancelled").order_by(Send.id.desc()).limit(SHOWN)
    items = []
    for send in await session.scalars(query):
        author = people.get(authors[send.answers_id]) if send.answers_id in authors else None
        who = author if author and send.purpose == RELAY.name else text(visit, "thread.assistant")
        if send.conversation_id in family:
            who = f"{who} → {await _name(visit, session, case, family[send.conversation_id])}"
        head = f"{_at(visit, send.created_at)} · {who} · {text(visit, f'sent.{send.state}')}"
        words = await sent_words(visit.services, session, send, visit.language)
        words = words or text(visit, "thread.template")
        items.append(Item(send.created_at, "office", head, words, send.id, because(visit, send.why)))
    return items


async def _what_happened(
    visit: Visit, session: AsyncSession, case: Case, people: dict[UUID, str]
) -> list[Item]:
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind.not_in(WRITTEN))
    items = []
    for entry in await session.scalars(query.order_by(Entry.id.desc()).limit(SHOWN)):
        if entry.kind == "note":
            who = people.get(entry.consultant_id, "–") if entry.consultant_id else "–"
            head = f"{_at(visit, entry.at)} · {text(visit, 'thread.note', consultant=who)}"
            items.append(Item(entry.at, "note", head, str(entry.body["text"])))
        else:
            line = line_of(visit.services, entry, people, {}, visit.language, words=True)
            items.append(Item(entry.at, "event", _at(visit, entry.at), line))
    return items


def _at(visit: Visit, at: datetime) -> str:
    return at_words(visit.services, at, visit.language)
