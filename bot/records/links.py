"""Links: to the upload page for a patient, for days; to one file for the holder of a case, for minutes. Only fingerprints are
kept."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import Case, FileToken, Record, Upload

FILE_LIFE = timedelta(minutes=15)


async def upload_link(services: Services, session: AsyncSession, conversation_id: UUID) -> tuple[str, Upload]:
    """A new link to the upload page, good for this conversation alone."""
    token, now = secrets.token_urlsafe(24), services.clock()
    upload = Upload(
        fingerprint=keyring.blind(token),
        conversation_id=conversation_id,
        created_at=now,
        expires_at=now + timedelta(days=services.office.records.days),
    )
    session.add(upload)
    return f"{services.settings.base_url}/upload/{token}", upload


async def upload_of(services: Services, session: AsyncSession, token: str) -> Upload | None:
    """What a link is for; None when it is wrong, over or has done its work."""
    upload = await session.get(Upload, keyring.blind(token))
    return upload if upload and is_good(services, upload) else None


def is_good(services: Services, upload: Upload) -> bool:
    return upload.closed_at is None and upload.expires_at > services.clock()


async def has_link(services: Services, session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether this conversation has a link that still works."""
    query = select(Upload.fingerprint).where(
        Upload.conversation_id == conversation_id,
        Upload.closed_at.is_(None),
        Upload.expires_at > services.clock(),
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def file_link(
    services: Services, session: AsyncSession, record: Record, case: Case, consultant_id: UUID
) -> str:
    """A link to one record for the holder of the case."""
    token = secrets.token_urlsafe(24)
    row = FileToken(
        fingerprint=keyring.blind(token),
        record_id=record.id,
        case_id=case.id,
        consultant_id=consultant_id,
        expires_at=services.clock() + FILE_LIFE,
    )
    session.add(row)
    return f"{services.settings.base_url}/files/{token}"


async def file_of(
    services: Services, session: AsyncSession, token: str, *, lock: bool = False
) -> FileToken | None:
    """What a link opens, while she for whom it was made holds the case; None otherwise."""
    how = {"key_share": True} if lock else None
    row = await session.get(FileToken, keyring.blind(token), with_for_update=how)
    if row is None or row.expires_at <= services.clock():
        return None
    case = await session.get_one(Case, row.case_id)
    return row if case.closed_at is None and case.holder_id == row.consultant_id else None
