"""A sandbox with both providers, and a line through each: our channel at one end, a person at the other."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.base import Channel
from bot.channels.telegram import send as telegram_send
from bot.channels.telegram.send import Telegram, TelegramSettings
from bot.channels.whatsapp import send as whatsapp_send
from bot.channels.whatsapp.send import WhatsApp, WhatsAppSettings
from sandbox import Sandbox, Template, running
from sandbox.phone import Bubble
from sandbox.server import listen, serving
from sandbox.telegram_api.api import TelegramApi
from sandbox.telegram_api.people import TelegramUser
from sandbox.twilio_api.api import TwilioApi
from sandbox.twilio_api.people import WhatsAppUser

PUBLIC_URL = "https://puente.example"
TEMPLATES = {"consultant_page": {"es": "HX" + "c0" * 16}, "reply_waiting": {"es": "HX" + "c1" * 16}}


@dataclass(frozen=True)
class Line:
    """`method`: the provider's name for sending a text; `secrets`: what must never be seen anywhere."""

    channel: Channel
    provider: TelegramApi | TwilioApi
    person: TelegramUser | WhatsAppUser
    address: str
    method: str
    secrets: tuple[str, ...]

    async def shows(self) -> Bubble:
        """The next bubble on the person's phone."""
        return await self.person.hears(lambda _: True, within=5)


@dataclass(frozen=True)
class Received:
    """A webhook as it came in."""

    path: str
    query: str
    headers: Headers
    body: bytes

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)


@dataclass
class Office:
    """The web server of the office: keeps what comes in, and hands out `files` by path."""

    base: str
    received: list[Received] = field(default_factory=list)
    files: dict[str, Response] = field(default_factory=dict)
    authorizations: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        if request.method == "GET":
            self.authorizations.append(request.headers.get("Authorization", ""))
            return self.files.get(request.url.path, Response(status_code=404))
        body = await request.body()
        self.received.append(Received(request.url.path, request.url.query, request.headers, body))
        return Response()

    async def gets(self, wanted: Callable[[Received], bool]) -> Received:
        await eventually(lambda: any(map(wanted, self.received)))
        return next(filter(wanted, reversed(self.received)))


@pytest.fixture
async def office(box: Sandbox) -> AsyncIterator[Office]:
    sock = listen("127.0.0.1", 0)
    office = Office(f"http://127.0.0.1:{sock.getsockname()[1]}")
    async with serving(
        Starlette(routes=[Route("/{path:path}", office.answer, methods=["GET", "POST"])]), sock
    ):
        box.connect(office.base, PUBLIC_URL)
        yield office


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    approved = {
        TEMPLATES["consultant_page"]["es"]: Template("consultant_page", "es", "Caso {{1}}: {{2}}."),
        TEMPLATES["reply_waiting"]["es"]: Template("reply_waiting", "es", "Tiene una respuesta."),
    }
    async with running(templates=approved) as sandbox:
        sandbox.connect(nobody_listens(), PUBLIC_URL)
        yield sandbox


@pytest.fixture
async def whatsapp(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WhatsApp]:
    monkeypatch.setattr(whatsapp_send, "_SECONDS", 0.5)
    channel = WhatsApp(whatsapp_settings(box))
    yield channel
    await channel.close()


@pytest.fixture
async def telegram(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Telegram]:
    monkeypatch.setattr(telegram_send, "_SECONDS", 0.5)
    channel = Telegram(TelegramSettings(box.settings.telegram_token, box.telegram_base))
    yield channel
    await channel.close()


@pytest.fixture
async def luz(box: Sandbox) -> WhatsAppUser:
    """She has just written: her 24 hours are open."""
    person = box.twilio.user("whatsapp:+5215500000123", "Luz")
    await person.say("hola")
    return person


@pytest.fixture
async def ana(box: Sandbox) -> TelegramUser:
    person = box.telegram.user(5001, "Ana", language_code="es")
    await person.start()
    return person


@pytest.fixture
def whatsapp_line(box: Sandbox, whatsapp: WhatsApp, luz: WhatsAppUser) -> Line:
    secrets = (box.settings.auth_token, luz.address, luz.address.removeprefix("whatsapp:+"))
    return Line(whatsapp, box.twilio, luz, luz.address, "messages.create", secrets)


@pytest.fixture
def telegram_line(box: Sandbox, telegram: Telegram, ana: TelegramUser) -> Line:
    return Line(telegram, box.telegram, ana, str(ana.id), "sendMessage", (box.settings.telegram_token,))


@pytest.fixture(params=["whatsapp", "telegram"])
def line(request: pytest.FixtureRequest) -> Line:
    found: Line = request.getfixturevalue(f"{request.param}_line")
    return found


def whatsapp_settings(box: Sandbox, **differing: str) -> WhatsAppSettings:
    fields = {
        "account_sid": box.settings.account_sid,
        "auth_token": box.settings.auth_token,
        "sender": box.settings.sender,
        "public_url": PUBLIC_URL,
        "api_base": box.twilio_base,
    } | differing
    return WhatsAppSettings(**fields, templates=TEMPLATES)


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  (what is waited for knows nothing of events)
            await asyncio.sleep(0.01)


def nobody_listens() -> str:
    """The address of a port that was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
