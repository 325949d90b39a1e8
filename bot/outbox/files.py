"""Files on their way from one person to another: fetched once, sealed, and opened once for a provider that fetches."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from bot.channels.base import Attachment, AttachmentKind, File
from bot.outbox.draft import DraftFile
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import MediaToken, Message, StoredFile

LONGEST_TYPE = 128  # characters of a content type; a person's application chooses it
TOKEN_LIFE = timedelta(minutes=30)


def attachment_of(message: Message, position: int) -> Attachment:
    """The attachment as the channel parsed it."""
    data = message.body["attachments"][position]
    return Attachment(**{**data, "kind": AttachmentKind(data["kind"])})


async def outgoing_file(services: Services, draft: DraftFile) -> File:
    """The file with its bytes and a one-time URL. Raises Rejected when its provider no longer has it."""
    async with services.database.session() as session:
        message = await session.get_one(Message, draft.message_id)
        query = select(StoredFile).filter_by(message_id=draft.message_id, position=draft.index)
        stored = (await session.scalars(query)).one_or_none()
    attachment = attachment_of(message, draft.index)
    if stored is None:
        content = await services.channels[message.channel].fetch(attachment)
        stored = await _store(services, draft, attachment, content)
    url = await _one_time_url(services, stored.id)
    return File(attachment.kind, stored.content_type, stored.name, stored.content, url)


async def _store(services: Services, draft: DraftFile, attachment: Attachment, content: bytes) -> StoredFile:
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


async def _one_time_url(services: Services, file_id: UUID) -> str:
    token = secrets.token_urlsafe(24)
    async with services.database.session() as session:
        expires = services.clock() + TOKEN_LIFE
        session.add(MediaToken(fingerprint=keyring.blind(token), file_id=file_id, expires_at=expires))
    return f"{services.settings.base_url}/media/{token}"


async def open_once(services: Services, token: str) -> StoredFile | None:
    """The file behind a token, if it is still good; it is not good a second time."""
    now = services.clock()
    async with services.database.session() as session:
        row = await session.get(MediaToken, keyring.blind(token), with_for_update=True)
        if row is None or row.used_at or row.expires_at < now:
            return None
        row.used_at = now
        return await session.get_one(StoredFile, row.file_id)
