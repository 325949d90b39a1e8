"""What has grown old is erased, by kind of data (`retention:` of office.yml), once a day. Nothing of an open case, nothing that
is still on its way. Counts are kept and logged; no content."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import tallies
from bot.duty import duty
from bot.observability.metrics import RETAINED
from bot.privacy import erasure
from bot.privacy.notice import notice
from bot.services import Services
from bot.store.tables import (
    Case,
    Choice,
    Consent,
    ContactOfCase,
    Conversation,
    Entry,
    Erasure,
    JoinedChat,
    MediaToken,
    Message,
    Record,
    RetentionRun,
    Send,
    StoredFile,
)
from bot.voice.remembered import REMEMBERED

log = structlog.get_logger()

EVERY = timedelta(days=1)
UNDER_WAY = ("pending", "sending", "held")
_ONE_AT_A_TIME = 0x7265_7465  # any fixed number


def _no_run_today(now: datetime) -> Select[int]:
    return select(literal(1)).where(~exists().where(RetentionRun.ran_at > now - EVERY))


@duty(_no_run_today)
async def retain(services: Services, session: AsyncSession) -> None:
    """Once a day, whichever worker comes first."""
    now = services.clock()
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(_ONE_AT_A_TIME))):
        return
    if not await session.scalar(retain.due(now)):
        return
    await tallies.count(services, session)  # what is about to be emptied is counted first
    erased = await erase_old(services, session, now)
    session.add(RetentionRun(ran_at=now, erased=erased))
    for kind, count in erased.items():
        RETAINED.labels(kind=kind).inc(count)
    log.info("retention", **erased)


async def erase_old(services: Services, session: AsyncSession, now: datetime) -> dict[str, int]:
    """How many rows of each kind went, or were emptied."""
    ages = services.office.retention
    return {
        "texts_without_consent": await _texts(session, _no_consent(now - ages.no_consent), now),
        "texts": await _texts(session, _old(now - ages.texts), now),
        "records": await _records(session, now - ages.texts),
        "entries": await _entries(session, now - ages.texts),
        "last_said": await _last_said(session, now - ages.no_consent),
        "voice_notes_remembered": await _count(session, _voice_notes(now - REMEMBERED)),
        "choices": await _count(session, delete(Choice).where(Choice.created_at < now - ages.choices)),
        "media_tokens": await _count(session, delete(MediaToken).where(MediaToken.expires_at < now)),
        "trackers": await _trackers(session, now, ages.trackers, ages.no_consent),
        "jobs": await _jobs(session, now - ages.jobs),
        "erasures": await _count(session, delete(Erasure).where(Erasure.done_at < now - ages.contacts)),
        "contacts": await _contacts(session, now, ages.contacts),
    }


def _in_open_case(chat: Any) -> ColumnElement[bool]:
    """A case is led in this chat, or in it as well, or accompanied from it."""
    joined = select(JoinedChat.case_id).where(JoinedChat.conversation_id == chat)
    part = or_(Case.conversation_id == chat, Case.id.in_(joined), Case.id.in_(_accompanied(chat)))
    return exists().where(part, Case.closed_at.is_(None))


def _accompanied(chat: Any) -> Any:
    """The cases that somebody is in as a relative."""
    here = and_(ContactOfCase.conversation_id == chat, ContactOfCase.revoked_at.is_(None))
    return select(ContactOfCase.case_id).where(here, ContactOfCase.joined_at.is_not(None))


def _agreed(chat: Any) -> ColumnElement[bool]:
    return exists().where(
        Consent.conversation_id == chat,
        Consent.notice_version == notice().version,
        Consent.revoked_at.is_(None),
    )


def _closed_since(chat: Any, cut: datetime) -> ColumnElement[bool]:
    """A case of theirs was closed after the cut: its words are counted from then."""
    theirs = or_(Case.conversation_id == chat, Case.id.in_(_accompanied(chat)))
    return exists().where(theirs, Case.closed_at > cut)


def _no_consent(cut: datetime) -> Mapping[Any, ColumnElement[bool]]:
    """Which messages and bubbles of patients are old and were never agreed to."""
    patients = select(Conversation.id).where(Conversation.role == "patient")

    def which(chat: Any, at: Any) -> ColumnElement[bool]:
        kept = or_(_in_open_case(chat), _agreed(chat), _closed_since(chat, cut))
        return and_(at < cut, chat.in_(patients), ~kept)

    return {
        Message: which(Message.conversation_id, Message.received_at),
        Send: which(Send.conversation_id, Send.created_at),
    }


def _old(cut: datetime) -> Mapping[Any, ColumnElement[bool]]:
    """Which of anybody's are old; of consultants those, too, that are about no open case."""

    def which(chat: Any, at: Any) -> ColumnElement[bool]:
        return and_(at < cut, ~_in_open_case(chat), ~_closed_since(chat, cut))

    about_open = exists().where(Case.id == Send.case_id, Case.closed_at.is_(None))
    written_about = select(Send.answers_id).join(Case, Case.id == Send.case_id)
    written_about = written_about.where(Case.closed_at.is_(None), Send.answers_id.is_not(None))
    return {
        Message: and_(which(Message.conversation_id, Message.received_at), Message.id.not_in(written_about)),
        Send: and_(
            which(Send.conversation_id, Send.created_at), ~about_open, Send.purpose != "board"
        ),  # the line of a case in the staff group is edited in place
    }


async def _texts(session: AsyncSession, which: Mapping[Any, ColumnElement[bool]], now: datetime) -> int:
    """Bodies are emptied, the rows stay for the counts; the files of a message go with its words."""
    old = and_(which[Message], Message.emptied_at.is_(None), Message.answered_at.is_not(None))
    files = delete(StoredFile).where(StoredFile.message_id.in_(select(Message.id).where(old)))
    count = await _count(session, files)
    count += await _count(session, update(Message).where(old).values(body={}, said=None, emptied_at=now))
    sent = and_(which[Send], Send.emptied_at.is_(None), Send.state.not_in(UNDER_WAY))
    return count + await _count(session, update(Send).where(sent).values(body={}, why=None, emptied_at=now))


async def _records(session: AsyncSession, cut: datetime) -> int:
    """Of cases closed long ago; the files on disk follow their rows (bot/records/erase.py)."""
    chat = Record.conversation_id
    old = and_(Record.created_at < cut, ~_in_open_case(chat), ~_closed_since(chat, cut))
    return await _count(session, delete(Record).where(old))


async def _entries(session: AsyncSession, cut: datetime) -> int:
    """Notes and other words in the story of a case that was closed long ago; what happened when stays."""
    closed = select(Case.id).where(Case.closed_at < cut)
    worded = Entry.kind.in_(("note", "transferred", "joined", "file_opened"))
    old = and_(Entry.case_id.in_(closed), worded, Entry.at < cut)
    return await _count(session, delete(Entry).where(old))


async def _last_said(session: AsyncSession, cut: datetime) -> int:
    silent = and_(Conversation.last_inbound_at < cut, Conversation.last_said.is_not(None))
    quiet = and_(silent, ~_in_open_case(Conversation.id), ~_agreed(Conversation.id))
    return await _count(session, update(Conversation).where(quiet).values(last_said=None, awaiting=False))


def _voice_notes(cut: datetime) -> Any:
    """That they write by voice note."""
    return update(Conversation).where(Conversation.voice_at < cut).values(voice_at=None)


async def _trackers(session: AsyncSession, now: datetime, age: timedelta, without_consent: timedelta) -> int:
    """Rasa's memory of who has been silent; it holds the last words (engine/tracker_store.py)."""
    if not await erasure.has_trackers(session):
        return 0
    unagreed = and_(Conversation.last_inbound_at < now - without_consent, ~_agreed(Conversation.id))
    silent = select(Conversation.id).where(
        or_(Conversation.last_inbound_at < now - age, unagreed), ~_in_open_case(Conversation.id)
    )
    ids = [str(one) for one in await session.scalars(silent)]
    memory = text("DELETE FROM rasa.tracker WHERE conversation_id = ANY(:ids)").bindparams(ids=ids)
    return await _count(session, memory)


async def _jobs(session: AsyncSession, cut: datetime) -> int:
    """Finished ones, by when they last changed."""
    statement = text(
        "DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')"
        " AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= :cut)"
    )
    return await _count(session, statement.bindparams(cut=cut))


async def _contacts(session: AsyncSession, now: datetime, age: timedelta) -> int:
    """Who has been silent so long is erased as if they had asked for it (bot/desk/erasing.py), without a receipt."""
    silent = select(Conversation).where(
        Conversation.role == "patient",
        Conversation.last_inbound_at < now - age,
        Conversation.erasing_at.is_(None),
        Conversation.blocked_at.is_(None),
        ~_in_open_case(Conversation.id),
    )
    found = (await session.scalars(silent.with_for_update(skip_locked=True))).all()
    for conversation in found:
        erasure.ask(session, conversation, now, by="age")
    return len(found)


async def _count(session: AsyncSession, statement: Any) -> int:
    options = {"synchronize_session": False}
    result: Any = await session.execute(statement, execution_options=options)
    return int(result.rowcount)
