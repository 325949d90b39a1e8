"""The upload page, in the manner of tus: the server knows how far a file has come, and a broken connection goes on from there.

GET    /upload/{token}                     the page
POST   /upload/{token}/consent · /done     plain forms
POST   /upload/{token}/files               {name, size, modified}: 201 {id, offset}; a broken one is found again
HEAD   /upload/{token}/files/{id}          Upload-Offset
PATCH  /upload/{token}/files/{id}          bytes from Upload-Offset on; 409 and the true offset when that is not it
POST   /upload/{token}/files/{id}/item     what the file is, of the checklist
DELETE /upload/{token}/files/{id}          sent by mistake
"""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.privacy import consent
from bot.privacy.masking import the_rules
from bot.records.checklist import OTHER, wanted
from bot.records.kept import KEPT, RECEIVING, REFUSED, vault
from bot.records.links import upload_of
from bot.records.naming import plain_name, size_of
from bot.records.told import item_name, shown_name, text
from bot.records.web.receiving import Incoming, finish
from bot.records.web.shown import HEADERS, HERE, page
from bot.services import Services
from bot.store.tables import Case, Conversation, Record, Upload
from bot.store.vault import Busy

LARGEST_FORM = 10_000  # bytes
SPARE = 2_000_000_000  # bytes of the disk that stay free: the database is on it too
ASSETS = {"page.css": "text/css", "page.js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to a page whose link is good."""

    request: Request
    session: AsyncSession
    upload: Upload
    patient: Conversation
    language: str


class Failed(Exception):
    """The script shows these words (`records.page.error.<name>`)."""

    def __init__(self, status: int, name: str, **headers: str) -> None:
        super().__init__(name)
        self.status, self.name, self.headers = status, name, headers


type Answer = Callable[[Visit], Awaitable[Response]]


class UploadPage:
    def __init__(self, services: Services) -> None:
        self.services = services

    @property
    def routes(self) -> list[Route]:
        one = "/upload/{token}/files/{number:uuid}"
        return [
            Route("/upload/assets/{asset}", _asset),
            Route("/upload/{token}", self._for(self._page)),
            Route("/upload/{token}/consent", self._for(self._agree), methods=["POST"]),
            Route("/upload/{token}/done", self._for(self._done), methods=["POST"]),
            Route("/upload/{token}/files", self._for(self._begin), methods=["POST"]),
            Route(one, self._offset, methods=["HEAD"]),
            Route(one, self._bytes, methods=["PATCH"]),
            Route(one, self._for(self._remove), methods=["DELETE"]),
            Route(f"{one}/item", self._for(self._what_it_is), methods=["POST"]),
        ]

    def _for(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """Only with a good link; otherwise the page that says how to get a new one."""

        async def handler(request: Request) -> Response:
            async with self.services.database.session() as session:
                upload = await upload_of(self.services, session, request.path_params["token"])
                if upload is None:
                    return page(self.services, "gone.html.j2", "es", 410)
                patient = await session.get_one(Conversation, upload.conversation_id)
                asked = request.query_params.get("lang", "")
                language = asked if asked in ("es", "en") else patient.language or "es"
                visit = Visit(request, session, upload, patient, language)
                try:
                    return await answer(visit)
                except Failed as failed:
                    return self._said(failed, language)

        return handler

    def _said(self, failed: Failed, language: str) -> Response:
        words = text(self.services, f"records.page.error.{failed.name}", language, **self._limits())
        return JSONResponse({"error": words}, failed.status, {**HEADERS, **failed.headers})

    def _limits(self) -> dict[str, str]:
        limits = self.services.office.records
        return {"largest": size_of(limits.largest), "most": str(limits.files)}

    # ------------------------------------------------------------------------------------------------- the page

    async def _page(self, visit: Visit) -> Response:
        services, upload = self.services, visit.upload
        records = await _records(visit.session, upload)
        specialty = await _specialty(visit)
        until = services.texts.say_day(services.office.local(upload.expires_at), visit.language)
        return page(
            services,
            "upload.html.j2",
            visit.language,
            token=visit.request.path_params["token"],
            agreed=await consent.given(visit.session, upload.conversation_id),
            until=until,
            files=[self._shown(record, visit.language) for record in records],
            items=[
                (name, item_name(services, name, visit.language))
                for name in (*wanted(services, specialty), OTHER)
            ],
            limits=self._limits(),
        )

    def _shown(self, record: Record, language: str) -> dict[str, Any]:
        told = {"kept": "kept", "receiving": "broken"}.get(record.state, "")
        key = f"records.page.{told}" if told else f"records.refused.{record.reason}"
        name = shown_name(self.services, record, language)
        return {
            "id": str(record.id),
            "name": name,
            "size": size_of(record.size),
            "state": record.state,
            "item": record.item,
            "status": text(self.services, key, language, name=name),
        }

    async def _agree(self, visit: Visit) -> Response:
        if not await consent.given(visit.session, visit.patient.id):
            if visit.patient.language == "":
                visit.patient.language = visit.language
            await consent.give(self.services, visit.session, visit.patient)
        return _back(visit)

    async def _done(self, visit: Visit) -> Response:
        """The link has done its work; what came is told in the chat. A file that is still on its way is dropped. With nothing
        sent the tap was a slip: the link stays good."""
        now = self.services.clock()
        records = await _records(visit.session, visit.upload)
        kept = [record for record in records if record.state == KEPT]
        if not kept:
            return _back(visit)
        visit.upload.closed_at = now
        for record in records:
            if record.state == RECEIVING:
                await visit.session.delete(record)
            elif record.tell_at is not None:
                record.tell_at = now
        return page(self.services, "done.html.j2", visit.language, count=str(len(kept)))

    async def _what_it_is(self, visit: Visit) -> Response:
        record = await _record(visit)
        item = str((await _form(visit.request)).get("item", ""))
        if item and item not in (*wanted(self.services, await _specialty(visit)), OTHER):
            raise Failed(400, "odd")
        record.item = item
        return Response(status_code=204, headers=dict(HEADERS))

    async def _remove(self, visit: Visit) -> Response:
        await visit.session.delete(await _record(visit))
        return Response(status_code=204, headers=dict(HEADERS))

    # -------------------------------------------------------------------------------------------------- its files

    async def _begin(self, visit: Visit) -> Response:
        """A new file, or one that broke off before: the same name, size and time of change."""
        name, size, modified = _described(await _form(visit.request))
        if not await consent.given(visit.session, visit.patient.id):
            raise Failed(403, "consent")
        await visit.session.refresh(
            visit.upload, with_for_update=True
        )  # so that files are counted one by one
        records = await _records(visit.session, visit.upload)
        for record in records:
            known = (record.name, record.size, record.modified) == (name, size, modified)
            if record.state == RECEIVING and known:
                return self._begun(record, await asyncio.to_thread(vault(self.services).size, record.path))
        self._room_for(size, len([record for record in records if record.state != REFUSED]))
        record = Record(
            conversation_id=visit.patient.id,
            upload=visit.upload.fingerprint,
            path=vault(self.services).new_name(),
            name=name,
            size=size,
            modified=modified,
            state=RECEIVING,
            expires_at=visit.upload.expires_at,
            created_at=self.services.clock(),
        )
        visit.session.add(record)
        await visit.session.flush()
        return self._begun(record, 0)

    def _begun(self, record: Record, offset: int) -> Response:
        return JSONResponse({"id": str(record.id), "offset": offset}, 201, dict(HEADERS))

    def _room_for(self, size: int, sent: int) -> None:
        limits = self.services.office.records
        if size > limits.largest:
            raise Failed(413, "too_large")
        if sent >= limits.files:
            raise Failed(409, "too_many")
        folder = self.services.settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < size + SPARE:
            raise Failed(507, "no_room")

    async def _offset(self, request: Request) -> Response:
        record = await self._mine(request)
        if record is None:
            return Response(status_code=404, headers=dict(HEADERS))
        offset = record.size
        if record.state == RECEIVING:
            offset = await asyncio.to_thread(vault(self.services).size, record.path)
        return Response(headers={**HEADERS, "Upload-Offset": str(offset)})

    async def _bytes(self, request: Request) -> Response:
        """No transaction is open while they come: that may take hours."""
        record = await self._mine(request)
        given = request.headers.get("upload-offset", "")
        if record is None or not given.isdecimal():
            return Response(status_code=404 if record is None else 400, headers=dict(HEADERS))
        language = "en" if request.query_params.get("lang") == "en" else "es"
        if record.state != RECEIVING:  # it came whole, and the answer was lost
            return JSONResponse(self._shown(record, language), headers=dict(HEADERS))
        incoming = Incoming(self.services, record)
        try:
            offset = await incoming.take(request, int(given))
        except Busy:
            return Response(status_code=423, headers=dict(HEADERS))
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408, headers=dict(HEADERS))
        headers = {**HEADERS, "Upload-Offset": str(offset)}
        if incoming.odd:
            return Response(status_code=409, headers=headers)
        if offset < record.size:
            return Response(status_code=204, headers=headers)
        ended = await finish(self.services, record)
        return JSONResponse(self._shown(ended, language) if ended else {}, 200 if ended else 404, headers)

    async def _mine(self, request: Request) -> Record | None:
        """The file, if it is of this link."""
        async with self.services.database.session() as session:
            upload = await upload_of(self.services, session, request.path_params["token"])
            record = await session.get(Record, request.path_params["number"]) if upload else None
        mine = record is not None and upload is not None and record.upload == upload.fingerprint
        return record if mine else None


async def _asset(request: Request) -> Response:
    name = request.path_params["asset"]
    if name not in ASSETS:
        return Response(status_code=404)
    return FileResponse(HERE / name, media_type=ASSETS[name], headers=dict(HEADERS))


def _back(visit: Visit) -> Response:
    asked = visit.request.query_params.get("lang")
    place = f"/upload/{visit.request.path_params['token']}" + (f"?lang={visit.language}" if asked else "")
    return Response(status_code=303, headers={**HEADERS, "Location": place})


async def _records(session: AsyncSession, upload: Upload) -> Sequence[Record]:
    query = select(Record).where(Record.upload == upload.fingerprint)
    return (await session.scalars(query.order_by(Record.created_at, Record.id))).all()


async def _record(visit: Visit) -> Record:
    record = await visit.session.get(Record, visit.request.path_params["number"])
    if record is None or record.upload != visit.upload.fingerprint:
        raise Failed(404, "odd")
    return record


async def _specialty(visit: Visit) -> str:
    """Of the newest case: it says what is wanted."""
    query = select(Case.specialty).where(Case.conversation_id == visit.patient.id)
    return (await visit.session.scalars(query.order_by(Case.id.desc()).limit(1))).first() or ""


async def _form(request: Request) -> dict[str, Any]:
    """A small JSON object."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise Failed(413, "odd")
    try:
        found = json.loads(body)
    except ValueError:
        raise Failed(400, "odd") from None
    if not isinstance(found, dict):
        raise Failed(400, "odd")
    return found


def _described(form: dict[str, Any]) -> tuple[str, int, int]:
    name, size, modified = plain_name(str(form.get("name", ""))), form.get("size"), form.get("modified", 0)
    name = the_rules()(name).text  # a passport's number is often in it
    numbers = all(isinstance(one, int) and 0 <= one < 2**62 for one in (size, modified))
    if not numbers or not isinstance(size, int) or not isinstance(modified, int):
        raise Failed(400, "odd")
    if size == 0:
        raise Failed(400, "empty")
    return name, size, modified
