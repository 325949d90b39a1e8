"""`/sandbox` on the product's own port: hands requests on to the sandbox process, which has a loopback port of its own.

The other way round the sandbox asks, with its token, what became of a message, when the office opens and when a visit is
recalled. All of it exists only where nobody real is written to.
"""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.happened import happened
from bot.services import Services
from bot.store.tables import Appointment

PATIENCE_SECONDS = 30.0
QUARTER = timedelta(minutes=15)
A_WEEK_OF_QUARTERS = 7 * 24 * 4
PASSED_ON = (
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "content-type",
    "referrer-policy",
    "x-content-type-options",
)


def sandbox_routes(sandbox_url: str) -> list[BaseRoute]:
    """Everything below /sandbox, as the sandbox answers it."""
    client = httpx.AsyncClient(base_url=sandbox_url, timeout=PATIENCE_SECONDS, trust_env=False)

    async def door(request: Request) -> Response:
        if ".." in request.url.path:  # out of /sandbox
            return Response(status_code=404)
        address = httpx.URL(path=request.url.path, query=request.url.query.encode())
        headers = {name: value for name in ("content-type",) if (value := request.headers.get(name))}
        try:
            answer = await client.request(
                request.method, address, content=await request.body(), headers=headers
            )
        except httpx.HTTPError:
            return Response(status_code=502)
        kept = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
        return Response(answer.content, answer.status_code, kept)

    async def to_the_page(request: Request) -> Response:
        return RedirectResponse("/sandbox/")

    methods = ["GET", "POST", "PUT", "DELETE"]
    return [Route("/sandbox", to_the_page), Route("/sandbox/{path:path}", door, methods=methods)]


def inside_routes(services: Services) -> list[BaseRoute]:
    """What the sandbox may ask; nothing without its token, and nothing where a real provider is connected."""
    token = services.settings.sandbox_token
    if services.real or token is None:
        return []

    async def of_message(request: Request) -> Response:
        told = request.query_params
        asked = (told.get(name, "") for name in ("channel", "address", "bubble"))
        found = await happened(services, *asked)
        return JSONResponse(found, 200 if found else 404)

    async def opening(request: Request) -> Response:
        """The next moment at which the office opens, later than now."""
        now = services.clock()
        hours = (now + QUARTER * ahead for ahead in range(A_WEEK_OF_QUARTERS))
        closed = next((at for at in hours if not services.office.is_open(at)), None)
        return _at(services.office.next_opening(closed) if closed else None)

    async def reminder(request: Request) -> Response:
        """The next moment at which somebody is reminded of a visit, later than now."""
        now = services.clock()
        times = Appointment.remind_day_at, Appointment.remind_hour_at
        async with services.database.session() as session:
            found = [await session.scalar(select(func.min(at)).where(at > now)) for at in times]
        return _at(min((at for at in found if at), default=None))

    asks = {"happened": of_message, "opening": opening, "reminder": reminder}
    secret = token.get_secret_value()
    return [Route(f"/sandbox-inside/{name}", _guarded(secret, ask)) for name, ask in asks.items()]


def _at(moment: datetime | None) -> Response:
    return JSONResponse({"at": moment.isoformat() if moment else None})


def _guarded(
    secret: str, answer: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
            return Response(status_code=404)
        return await answer(request)

    return guarded
