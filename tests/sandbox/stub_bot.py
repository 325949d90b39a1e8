"""A bot that only listens: it checks signatures and keeps what it was sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from sandbox.server import cut, listen, serving


async def until(holds: Callable[[], bool], within: float = 3.0) -> None:
    """Look again and again until it holds."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is looked at knows no events
            await asyncio.sleep(0.01)


class StubBot:
    """`answers` are the next HTTP statuses to give (then 200; 0 cuts the connection); `public_url` is what must be signed."""

    def __init__(self, auth_token: str, url: str) -> None:
        self.url, self.public_url = url, url
        self._validator = RequestValidator(auth_token)
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str] = []
        self.inbound: list[dict[str, str]] = []
        self.statuses: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.forged = 0
        self.answers: list[int] = []
        self.reply: dict[str, Any] = {}
        self.files: dict[str, tuple[bytes, str]] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/webhooks/telegram", self._telegram, methods=["POST"]),
                Route("/webhooks/whatsapp", self._whatsapp, methods=["POST"]),
                Route("/webhooks/whatsapp/status", self._status, methods=["POST"]),
                Route("/media/{name}", self._media),
            ]
        )

    async def arrived(self, kind: list[Any], count: int, within: float = 3.0) -> None:
        """Wait until `kind` (one of the lists above) has `count` entries."""
        await until(lambda: len(kind) >= count, within)

    async def _telegram(self, request: Request) -> Response:
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        return await self._answer(request, JSONResponse(self.reply))

    async def _whatsapp(self, request: Request) -> Response:
        form = await self._signed(request)
        if form is None:
            return Response(status_code=403)
        self.inbound.append(form)
        self.tokens.append(request.headers["I-Twilio-Idempotency-Token"])
        return await self._answer(request, Response("<Response/>", media_type="text/xml"))

    async def _status(self, request: Request) -> Response:
        form = await self._signed(request)
        if form is None:
            return Response(status_code=403)
        self.statuses.append(form | {"query": request.url.query})
        return Response(status_code=204)

    async def _media(self, request: Request) -> Response:
        content, kind = self.files[request.path_params["name"]]
        return Response(content, media_type=kind)

    async def _signed(self, request: Request) -> dict[str, str] | None:
        form = {k: str(v) for k, v in (await request.form()).items()}
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self.public_url}{request.url.path}{query}"
        if not self._validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            self.forged += 1
            return None
        return form

    async def _answer(self, request: Request, good: Response) -> Response:
        status = self.answers.pop(0) if self.answers else 200
        if status == 0:
            await cut(request)
        return good if status == 200 else Response(status_code=status)


@contextlib.asynccontextmanager
async def listening(auth_token: str) -> AsyncIterator[StubBot]:
    sock = listen("127.0.0.1", 0)
    bot = StubBot(auth_token, f"http://127.0.0.1:{sock.getsockname()[1]}")
    async with serving(bot.app(), sock):
        yield bot
