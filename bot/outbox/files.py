"""Files on their way from one person to another: fetched once, sealed, and opened once for a provider that fetches."""

import asyncio
import mimetypes
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Attachment, AttachmentKind, File
from bot.channels.errors import Rejected
from bot.outbox.draft import DraftFile, DraftMade
from bot.records import kept
from bot.records.naming import size_of
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import MADE_BY_US, MediaToken, Message, Record, Recording, StoredFile
from bot.voice.ogg import CONTENT_TYPE

LONGEST_TYPE = 128  # characters of a content type; a person's application chooses it
LONGEST_KIND = 12  # characters
TOKEN_LIFE = timedelta(minutes=30)


def attachment_of(message: Message, position: int) -> Attachment:
    """The attachment as the channel parsed it."""
    data = message.body["attachments"][position]
    return Attachment(**{**data, "kind": AttachmentKind(data["kind"])})


async def outgoing_file(services: Services, draft: DraftFile) -> File:
    """The file with its bytes and a one-time URL. Raises Rejected when its provider no longer has it."""
    if draft.record:
        return await _record(services, UUID(draft.record))
    if draft.recording:
        return await _recording(services, draft.recording)
    kind, stored = await _stored(services, draft)
    url = await _one_time_url(services, file_id=stored.id)
    return File(kind, stored.content_type, stored.name or _dated(stored), stored.content, url)


def made_file(made: DraftMade) -> File:
    """A file of our own making. It has no URL: WhatsApp takes none of its kinds, and is given a link in words instead."""
    return File(AttachmentKind.DOCUMENT, made.content_type, made.name, made.text.encode())


async def _record(services: Services, record_id: UUID) -> File:
    """One that came by the upload page. Raises Rejected when it has been erased meanwhile."""
    async with services.database.session() as session:
        record = await session.get(Record, record_id)
    if record is None or not record.path:
        raise Rejected("media", "erased")
    content = await asyncio.to_thread(lambda: b"".join(kept.pieces(services, record, None)))
    url = await _one_time_url(services, record_id=record.id)
    return File(AttachmentKind.DOCUMENT, kept.CONTENT_TYPES[record.kind], record.name, content, url)


async def _recording(services: Services, number: int) -> File:
    """An answer read aloud. Raises Rejected when it was taken back meanwhile."""
    async with services.database.session() as session:
        recording = await session.get(Recording, number)
    if recording is None:
        raise Rejected("media", "erased")
    url = await _one_time_url(services, recording_id=number)
    return File(AttachmentKind.AUDIO, CONTENT_TYPE, "", recording.content, url)


def _dated(stored: StoredFile) -> str:
    """A name for a document that came without one, so that the receiver's application knows what opens it."""
    if stored.kind != AttachmentKind.DOCUMENT:
        return ""
    return f"{stored.created_at:%Y-%m-%d}.{kind_of(stored.content_type).lower()}"


async def described(services: Services, draft: DraftFile) -> str:
    """What a chat may not show of a file: "plan.pdf · 1.2 MB", or "PDF · 1.2 MB" for one without a name; "" when it is gone."""
    try:
        _, stored = await _stored(services, draft)
    except Rejected:
        return ""  # the file itself, behind this line, tells so
    return f"{stored.name or kind_of(stored.content_type)} · {size_of(len(stored.content))}"


def kind_of(content_type: str) -> str:
    """`PDF`, `DOCX`: what people call this kind of file."""
    essence = content_type.partition(";")[0].strip()
    ending = mimetypes.guess_extension(essence) or essence.partition("/")[2][:LONGEST_KIND]
    return ending.removeprefix(".").upper()


async def _stored(services: Services, draft: DraftFile) -> tuple[AttachmentKind, StoredFile]:
    """Fetched from its provider the first time. Raises Rejected when that no longer has it."""
    async with services.database.session() as session:
        message = await session.get_one(Message, draft.message_id)
        query = select(StoredFile).filter_by(message_id=draft.message_id, position=draft.index)
        stored = (await session.scalars(query)).one_or_none()
    if draft.index >= MADE_BY_US and stored is not None:
        return AttachmentKind(stored.kind), stored
    attachment = attachment_of(message, draft.index)
    if stored is None:
        content = await services.channels[message.channel].fetch(attachment)
        stored = await store(services, draft, attachment, content)
    return attachment.kind, stored


async def store(services: Services, draft: DraftFile, attachment: Attachment, content: bytes) -> StoredFile:
    row = {
        "message_id": draft.message_id,
        "position": draft.index,
        "kind": attachment.kind.value,
        "content_type": (attachment.content_type or "application/octet-stream")[:LONGEST_TYPE],
        "name": attachment.name,
        "content": content,
        "created_at": services.clock(),
    }
    async with services.database.session() as session:
        await session.execute(
            insert(StoredFile).values(**row).on_conflict_do_nothing(constraint="files_once")
        )
        query = select(StoredFile).filter_by(message_id=draft.message_id, position=draft.index)
        return (await session.scalars(query)).one()


async def kept_file(
    services: Services,
    session: AsyncSession,
    message_id: int,
    name: str,
    content_type: str,
    content: bytes,
    kind: AttachmentKind = AttachmentKind.DOCUMENT,
) -> DraftFile:
    """A file that we made ourselves in answer to a message, ready to be sent. It goes when the message goes."""
    last = select(func.max(StoredFile.position)).where(StoredFile.message_id == message_id)
    position = max(MADE_BY_US, (await session.scalar(last) or 0) + 1)
    session.add(
        StoredFile(
            message_id=message_id,
            position=position,
            kind=kind.value,
            content_type=content_type,
            name=name,
            content=content,
            created_at=services.clock(),
        )
    )
    return DraftFile(message_id, position)


async def _one_time_url(services: Services, **which: UUID | int) -> str:
    """For `file_id`, `record_id` or `recording_id`."""
    token = secrets.token_urlsafe(24)
    async with services.database.session() as session:
        expires = services.clock() + TOKEN_LIFE
        session.add(MediaToken(fingerprint=keyring.blind(token), expires_at=expires, **which))
    return f"{services.settings.base_url}/media/{token}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a provider fetched."""

    content_type: str
    content: bytes


async def open_once(services: Services, token: str) -> Opened | None:
    """The file behind a token, if it is still good; it is not good a second time."""
    now = services.clock()
    async with services.database.session() as session:
        row = await session.get(MediaToken, keyring.blind(token), with_for_update={"key_share": True})
        if row is None or row.used_at or row.expires_at < now:
            return None
        row.used_at = now
        if row.recording_id is not None:
            return Opened(CONTENT_TYPE, (await session.get_one(Recording, row.recording_id)).content)
        if row.record_id is None:
            stored = await session.get_one(StoredFile, row.file_id)
            return Opened(stored.content_type, stored.content)
        record = await session.get_one(Record, row.record_id)
    content = await asyncio.to_thread(lambda: b"".join(kept.pieces(services, record, None)))
    return Opened(kept.CONTENT_TYPES[record.kind], content)
