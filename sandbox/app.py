"""The composition root: both emulators and the page on one port."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from sandbox.clock import Clock
from sandbox.inside import Inside
from sandbox.page import Desk, Page
from sandbox.people import People, seed, zone_of
from sandbox.reach import Reach
from sandbox.server import listen, serving
from sandbox.settings import Settings
from sandbox.telegram_api import TelegramApi
from sandbox.twilio_api import Sender, TwilioApi


class Sandbox:
    """Both providers, their people, their clock. Made by `running`; its parts are for tests to hold."""

    def __init__(self, settings: Settings, base: str) -> None:
        self.settings, self.base = settings, base
        self.clock = Clock(settings.clock_file)
        self._reach = Reach()
        self._http = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=None))
        self.telegram = TelegramApi(settings.telegram_token, self.clock, self._reach, self._http)
        sender = Sender(settings.sender, settings.messaging_service_sid)
        account = settings.account_sid, settings.auth_token
        self.twilio = TwilioApi(*account, sender, settings.templates, self.clock, self._reach, self._http)
        self.twilio.base = self.twilio_base
        self._inside = Inside(settings.token, self._reach, self._http)
        self.people: People = seed(settings.office_file, self.telegram, self.twilio)
        if settings.bot_url:
            self.connect(settings.bot_url, settings.public_url)

    @property
    def telegram_base(self) -> str:
        """For TELEGRAM_API_BASE."""
        return f"{self.base}/telegram"

    @property
    def twilio_base(self) -> str:
        """For TWILIO_API_BASE."""
        return f"{self.base}/twilio"

    @property
    def page(self) -> str:
        """The page with the two phones."""
        return f"{self.base}/sandbox/"

    @property
    def credentials(self) -> dict[str, str]:
        """The environment variables with which the bot talks to this sandbox."""
        known = {
            "TELEGRAM_BOT_TOKEN": self.settings.telegram_token,
            "TELEGRAM_WEBHOOK_SECRET": self.settings.webhook_secret,
            "TELEGRAM_API_BASE": self.telegram_base,
            "TWILIO_ACCOUNT_SID": self.settings.account_sid,
            "TWILIO_AUTH_TOKEN": self.settings.auth_token,
            "TWILIO_WHATSAPP_FROM": self.settings.sender,
            "TWILIO_MESSAGING_SERVICE_SID": self.settings.messaging_service_sid,
            "TWILIO_API_BASE": self.twilio_base,
        }
        return {name: value for name, value in known.items() if value}

    @property
    def at_rest(self) -> bool:
        """Nothing is on its way between phones and bot, once the bot has set its webhook."""
        return self.telegram.delivery.idle and self.twilio.delivery.idle

    def connect(self, bot_url: str, public_url: str = "") -> None:
        """Where the bot listens, and the public address that providers sign and call (unset: the same)."""
        self._reach.connect(bot_url, public_url)

    def asgi(self) -> Starlette:
        desk = Desk(
            self.people,
            self.telegram,
            self.twilio,
            self.clock,
            zone_of(self.settings.office_file),
            self._inside,
        )
        page = Page(self.people, self.telegram, self.twilio, desk)
        return Starlette(
            routes=[
                Mount("/telegram", routes=self.telegram.routes),
                Mount("/twilio", routes=self.twilio.routes),
                Route("/sandbox", _to_page),
                Mount("/sandbox", routes=page.routes),
            ]
        )

    async def close(self) -> None:
        await asyncio.gather(self.telegram.close(), self.twilio.close())
        await self._http.aclose()


@contextlib.asynccontextmanager
async def running(settings: Settings | None = None, **overrides: Any) -> AsyncIterator[Sandbox]:
    """A sandbox on the running loop while the block runs. `overrides`: fields of `Settings`."""
    settings = replace(settings or Settings(), **overrides)
    sock = listen(settings.host, settings.port)
    box = Sandbox(settings, _base(sock))
    try:
        async with serving(box.asgi(), sock):
            yield box
    finally:
        await box.close()


async def _to_page(request: Request) -> Response:
    """The page's addresses are relative to /sandbox/; the answer names no host, as the bot passes it on."""
    return RedirectResponse("/sandbox/")


def _base(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
