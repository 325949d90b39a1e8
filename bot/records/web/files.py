"""A file for the holder of its case: `/files/{token}`, good for minutes, for one browser. What opens a link to look at it (a
chat's preview) gets a page with a button and nothing else; each download is an entry of the case."""

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.records.kept import CONTENT_TYPES, pieces, stored_content
from bot.records.links import FILE_LIFE, file_of
from bot.records.naming import size_of
from bot.records.told import shown_name
from bot.records.web.shown import HEADERS, page
from bot.services import Services
from bot.store import audit
from bot.store.encrypted import keyring
from bot.store.tables import Consultant, Entry, FileToken, Record

COOKIE = "reader"
ENDINGS = {"jpeg": "jpg", "dicom": "dcm", "text": "txt", "ccd": "xml"}


def file_routes(services: Services) -> list[Route]:
    path = "/files/{token}"
    return [
        Route(path, _for(services, _page)),
        Route(path, _for(services, _download), methods=["POST"]),
    ]


type Door = Callable[[Services, AsyncSession, Request, FileToken, Record], Awaitable[Response]]


def _for(services: Services, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def handler(request: Request) -> Response:
        async with services.database.session() as session:
            row = await file_of(services, session, request.path_params["token"], lock=True)
            if row is None or not _same_browser(request, row):
                return page(services, "file_gone.html.j2", "es", 410)
            record = await session.get_one(Record, row.record_id)
            return await door(services, session, request, row, record)

    return handler


def _same_browser(request: Request, row: FileToken) -> bool:
    return row.reader is None or keyring.blind(request.cookies.get(COOKIE, "")) == row.reader


async def _language(session: AsyncSession, row: FileToken) -> str:
    consultant = await session.get_one(Consultant, row.consultant_id)
    return str((consultant.profile.get("languages") or ["es"])[0])


async def _page(
    services: Services, session: AsyncSession, request: Request, row: FileToken, record: Record
) -> Response:
    language = await _language(session, row)
    name = shown_name(services, record, language)
    return page(
        services, "file.html.j2", language, name=name, size=size_of(record.size), case=str(row.case_id)
    )


async def _download(
    services: Services, session: AsyncSession, request: Request, row: FileToken, record: Record
) -> Response:
    name = _file_name(services, record, await _language(session, row))
    session.add(
        Entry(
            case_id=row.case_id,
            kind="file_opened",
            consultant_id=row.consultant_id,
            at=services.clock(),
            body={"text": name},
        )
    )
    audit.record(session, services.clock, "file_opened", who=row.consultant_id, case_id=row.case_id)
    content = await stored_content(session, record)
    headers = {
        **HEADERS,
        "Content-Length": str(record.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    response = StreamingResponse(
        pieces(services, record, content), headers=headers, media_type=CONTENT_TYPES[record.kind]
    )
    if row.reader is None:
        _bind(services, request, response, row)
    return response


def _bind(services: Services, request: Request, response: Response, row: FileToken) -> None:
    """From now on only this browser."""
    secret = secrets.token_urlsafe(16)
    row.reader = keyring.blind(secret)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(FILE_LIFE.total_seconds()),
        path=request.url.path,
        secure=services.settings.base_url.startswith("https:"),
        httponly=True,
        samesite="strict",
    )


def _file_name(services: Services, record: Record, language: str) -> str:
    """With an ending that says what it is, whatever it was called."""
    name, ending = shown_name(services, record, language), ENDINGS.get(record.kind, record.kind)
    return name if "." in name else f"{name}.{ending}"
