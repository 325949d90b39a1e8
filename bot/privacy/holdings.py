"""What is stored of one chat: for the patient's copy, for `puente export`, and for the receipt of an erasure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.encrypted import EncryptedBytes
from bot.store.tables import (
    MADE_BY_US,
    Base,
    Case,
    Consent,
    Consultant,
    Conversation,
    Entry,
    Message,
    Send,
    StoredFile,
)

# Told in words of their own, or nothing that a person could read.
_TOLD = ("messages", "sends", "consents", "cases")
_MEANINGLESS = ("aliases", "choices", "focus", "joined_chats", "topics", "erasures")
SEALING = 29  # bytes that sealing adds to a file


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything of one chat that is a row of ours; of files the names and sizes. `other`: rows of the journeys, by table."""

    contact: Mapping[str, Any]
    messages: list[dict[str, Any]]
    replies: list[dict[str, Any]]
    files: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    notes: int
    seen_by: list[str]
    other: Mapping[str, list[dict[str, Any]]]

    def told(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "contact": dict(self.contact),
            "consents": self.consents,
            "cases": self.cases,
            "messages": self.messages,
            "replies": self.replies,
            "files": self.files,
            "internal_notes": self.notes,
            "seen_by": self.seen_by,
            **{name: rows for name, rows in self.other.items() if rows},
        }


async def holdings(session: AsyncSession, conversation: Conversation) -> Holdings:
    """Collected in one transaction. Internal notes are counted, not quoted: a person hands those over."""
    chat = conversation.id
    cases = (await session.scalars(select(Case).where(Case.conversation_id == chat).order_by(Case.id))).all()
    numbers = [case.id for case in cases]
    entries = (await session.scalars(select(Entry).where(Entry.case_id.in_(numbers)))).all()
    return Holdings(
        contact=_contact(conversation),
        messages=[_message(row) for row in await _of(session, Message, chat)],
        replies=[_reply(row) for row in await _of(session, Send, chat) if row.purpose != "ack"],
        files=await _files(session, chat),
        cases=[_case(case, entries) for case in cases],
        consents=[_consent(row) for row in await _of(session, Consent, chat)],
        notes=sum(entry.kind == "note" for entry in entries),
        seen_by=await _names(session, (entry.consultant_id for entry in entries)),
        other=await _other(session, chat),
    )


async def _of(session: AsyncSession, table: Any, chat: UUID) -> list[Any]:
    return list(await session.scalars(select(table).where(table.conversation_id == chat).order_by(table.id)))


def _contact(conversation: Conversation) -> dict[str, Any]:
    return {
        "channel": conversation.channel,
        "address": conversation.address,
        "name": conversation.name,
        "phone": conversation.phone,
        "language": conversation.language,
        "since": said(conversation.created_at),
        "notice_shown": said(conversation.noticed_at),
        "last_voice_note": said(conversation.voice_at),
        "no_more_messages_since": said(conversation.opted_out_at),
    }


def _message(row: Message) -> dict[str, Any]:
    attached = [item.get("name") or item["kind"] for item in row.body.get("attachments", ())]
    told = {"at": said(row.received_at), "text": row.body.get("text", ""), "attached": attached}
    return told | ({"erased_by_age": said(row.emptied_at)} if row.emptied_at else {})


def _reply(row: Send) -> dict[str, Any]:
    words = " ".join(part for part in (row.body.get("header"), row.body.get("text")) if part)
    return {"at": said(row.created_at), "kind": row.purpose, "text": words, "state": row.state}


async def _files(session: AsyncSession, chat: UUID) -> list[dict[str, Any]]:
    size = func.octet_length(StoredFile.content)
    query = select(StoredFile.name, StoredFile.content_type, StoredFile.created_at, size).join(Message)
    found = await session.execute(
        query.where(Message.conversation_id == chat, StoredFile.position < MADE_BY_US).order_by(
            StoredFile.created_at
        )
    )
    return [
        {"at": said(at), "name": name, "type": kind, "bytes": bytes_ - SEALING}
        for name, kind, at, bytes_ in found
    ]


def _case(case: Case, entries: Iterable[Entry]) -> dict[str, Any]:
    story = [f"{said(entry.at)} {entry.kind}" for entry in entries if entry.case_id == case.id]
    return {
        "number": case.id,
        "topic": case.topic,
        "opened": said(case.opened_at),
        "closed": said(case.closed_at),
        "outcome": case.outcome,
        "story": story,
    }


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "given": said(row.given_at),
        "revoked": said(row.revoked_at),
        "notice": row.notice_version,
        "channel": row.channel,
        "shown": row.shown,
    }


async def _names(session: AsyncSession, ids: Iterable[UUID | None]) -> list[str]:
    query = select(Consultant).where(Consultant.id.in_({one for one in ids if one}))
    return sorted(str(row.profile["name"]) for row in await session.scalars(query))


async def _other(session: AsyncSession, chat: UUID) -> dict[str, list[dict[str, Any]]]:
    """The rows of every further table that hangs on the conversation, so that a new journey is never left out."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if "conversation_id" in table.c and table.name not in (*_TOLD, *_MEANINGLESS):
            told = [column for column in table.c if not isinstance(column.type, EncryptedBytes)]
            rows = await session.execute(select(*told).where(table.c.conversation_id == chat))
            found[table.name] = [_readable(row._asdict()) for row in rows]
    return found


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = (str, int, float, bool, list, dict)
    told = {
        name: said(value) if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in ("conversation_id", "invited_by_id") and not isinstance(value, bytes | None)
    }
    return {name: value if isinstance(value, plain) else str(value) for name, value in told.items()}


def said(at: datetime | None) -> str:
    """A moment, or nothing: `2026-11-23T02:30:00+00:00`."""
    return at.isoformat(timespec="seconds") if at else ""
