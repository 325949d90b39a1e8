"""The bytes of an upload, from the connection to the disk: sealed as they come, a chunk at a time, and looked at once whole."""

import asyncio
from datetime import timedelta

from sqlalchemy import select
from starlette.requests import Request

from bot.privacy import consent
from bot.records.check import Refused, kind_of
from bot.records.kept import KEPT, RECEIVING, REFUSED, WITHOUT_CONSENT, opened, vault
from bot.services import Services
from bot.store.tables import Case, Record
from bot.store.vault import CHUNK, Appender

SLOWEST = 60.0  # seconds without a byte: the connection is dead
TOLD_AFTER = timedelta(minutes=10)  # who does not say that they are done hears in the chat what came


class Incoming:
    """One stretch of a file. `odd`: it was not the next one, or more than was announced."""

    def __init__(self, services: Services, record: Record) -> None:
        self._vault, self._name, self._size = vault(services), record.path, record.size
        self.odd = False

    async def take(self, request: Request, given: int) -> int:
        """Write what comes; returns how much of the file there is then. Raises Busy, and what breaks the connection: what came
        before stays written."""
        appender = await asyncio.to_thread(self._vault.append, self._name)
        with appender:
            if appender.offset != given:
                self.odd = True
                return appender.offset
            buffer = bytearray()
            try:
                await self._pour(request, appender, buffer)
            finally:
                if buffer:
                    appender.write(bytes(buffer))
            return appender.offset

    async def _pour(self, request: Request, appender: Appender, buffer: bytearray) -> None:
        stream = request.stream()
        while True:
            async with asyncio.timeout(SLOWEST):
                piece = await anext(stream, None)
            if piece is None:
                return
            if appender.offset + len(buffer) + len(piece) > self._size:
                self.odd = True
                return
            buffer += piece
            while len(buffer) >= CHUNK:
                await asyncio.to_thread(appender.write, bytes(buffer[:CHUNK]))
                del buffer[:CHUNK]


async def finish(services: Services, record: Record) -> Record | None:
    """It has come whole: kept or refused by what it is. None when it was removed meanwhile."""
    try:
        kind, reason = await asyncio.to_thread(_looked_at, services, record), ""
    except Refused as refused:
        kind, reason = "", refused.reason
    async with services.database.session() as session:
        kept = await session.get(Record, record.id, with_for_update={"key_share": True})
        if kept is None or kept.state != RECEIVING:
            return kept
        if reason:
            kept.state, kept.reason = REFUSED, reason
            vault(services).delete(kept.path)
            kept.path = ""
            return kept
        now = services.clock()
        kept.state, kept.kind, kept.tell_at = KEPT, kind, now + TOLD_AFTER
        agreed = await consent.given(session, kept.conversation_id)
        kept.expires_at = None if agreed else now + WITHOUT_CONSENT
        open_one = select(Case.id).where(
            Case.conversation_id == kept.conversation_id, Case.closed_at.is_(None)
        )
        kept.case_id = (await session.scalars(open_one)).one_or_none()
    return kept


def _looked_at(services: Services, record: Record) -> str:
    with opened(services, record) as file:
        return kind_of(file, record.size, record.name)
