"""What was sent: rows of `records`, and their bytes, wherever these are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.records.naming import is_name, plain_name
from bot.services import Services
from bot.store.tables import Message, Record, StoredFile
from bot.store.vault import Vault

TAKEN_IN = ("image", "document")  # kinds of attachment; a voice note is words, not a record
WITHOUT_CONSENT = timedelta(hours=72)
KEPT, REFUSED, FETCHING, RECEIVING = "kept", "refused", "fetching", "receiving"

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "heic": "image/heic",
    "dicom": "application/dicom",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text": "text/plain; charset=utf-8",
    "ccd": "application/xml",
}


def vault(services: Services) -> Vault:
    return Vault(services.settings.data_dir / "files")


async def arrived(services: Services, session: AsyncSession, message: Message) -> bool:
    """Note the pictures and documents of a patient's message as records to be fetched. Returns whether it has any that
    are new: whoever edits the words of a picture sends no other."""
    attachments = () if message.body.get("edited") else message.body.get("attachments", ())
    found = [number for number, one in enumerate(attachments) if one["kind"] in TAKEN_IN]
    for number in found:
        record = Record(
            conversation_id=message.conversation_id,
            message_id=message.id,
            position=number,
            name=_name_in_chat(message, number),
            size=attachments[number].get("size") or 0,
            state=FETCHING,
            fetch_at=services.clock(),
            created_at=services.clock(),
        )
        session.add(record)
    return bool(found)


def _name_in_chat(message: Message, number: int) -> str:
    one, words = message.body["attachments"][number], message.body.get("text", "")
    return plain_name(one.get("name") or (words if one["kind"] == "document" and is_name(words) else ""))


def words_of(message: Message) -> str:
    """What a person wrote with a file, without the name that WhatsApp makes of a document's text."""
    text = str(message.body.get("text", "")).strip()
    documents = any(one["kind"] == "document" for one in message.body.get("attachments", ()))
    return "" if documents and is_name(text) else text


async def sent(
    session: AsyncSession, conversations: Iterable[UUID], case_id: int | None = None
) -> Sequence[Record]:
    """What these conversations sent and we have, oldest first; and what a relative sent for this case."""
    theirs = or_(Record.conversation_id.in_(list(conversations)), Record.case_id == (case_id or 0))
    query = select(Record).where(theirs, Record.state == KEPT)
    return (await session.scalars(query.order_by(Record.created_at, Record.id))).all()


async def stored_content(session: AsyncSession, record: Record) -> bytes | None:
    """The bytes of what came in the chat; None for what is on disk."""
    if record.path or record.message_id is None:
        return None
    query = select(StoredFile.content).filter_by(message_id=record.message_id, position=record.position)
    return (await session.scalars(query)).one_or_none() or b""


def pieces(services: Services, record: Record, content: bytes | None) -> Iterator[bytes]:
    """The bytes, a piece at a time. `content`: of `stored_content`."""
    return iter([content]) if content is not None else vault(services).chunks(record.path)


def opened(services: Services, record: Record) -> BinaryIO:
    """What is on disk, to be read from any place."""
    return vault(services).open(record.path)


async def forget(services: Services, session: AsyncSession, record: Record) -> None:
    """The row, and the bytes: those on disk are gone with the row (`erase.sweep`), those of the chat here."""
    if record.message_id is not None:
        where = (StoredFile.message_id == record.message_id, StoredFile.position == record.position)
        await session.execute(delete(StoredFile).where(*where))
        message = await session.get(Message, record.message_id)
        if message is not None:
            message.body = _without_file(message.body, record.position)
    await session.delete(record)


def _without_file(body: dict[str, object], position: int | None) -> dict[str, object]:
    """That there was one is still told; its provider is not asked for it again, and it is forwarded to nobody."""
    attachments = body.get("attachments")
    items = attachments if isinstance(attachments, list) else []
    gone = {"kind": "other", "reference": "", "name": ""}
    told = [{**one, **gone} if number == position else one for number, one in enumerate(items)]
    return {**body, "attachments": told}
