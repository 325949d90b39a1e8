"""The page's files and the JSON of its phones: read one (waiting for news), act on it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.page.desk import Desk
from sandbox.page.view import phone_view
from sandbox.people import People, user_of
from sandbox.phone import Bubble
from sandbox.telegram_api import TelegramApi, TelegramUser
from sandbox.twilio_api import TwilioApi, WhatsAppUser

type User = TelegramUser | WhatsAppUser
type Json = dict[str, Any]

_FOLDER = Path(__file__).parent
_LONGEST_WAIT = 10.0  # seconds; shorter than what a proxy in front may allow
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'"
_SHOWN_IN_PLACE = ("image/png", "image/jpeg", "image/webp", "image/gif", "audio/", "video/")
_ASSETS = {".css": "text/css", ".js": "text/javascript"}


class Page:
    """Serves everything below /sandbox. Addresses in the page are relative: the bot passes /sandbox on to here."""

    def __init__(self, people: People, telegram: TelegramApi, twilio: TwilioApi, desk: Desk) -> None:
        self._people, self._telegram, self._twilio = people, telegram, twilio
        self._acts: set[asyncio.Task[Any]] = set()
        self.routes = [
            Route("/health", self._health),
            Route("/", self._page),
            Route("/{asset:str}", self._asset),
            *desk.routes,
            Route("/api/phones/{person}/{channel}", self._read),
            Route("/api/phones/{person}/{channel}/files/{bubble}", self._file),
            Route("/api/phones/{person}/{channel}/files", self._attach, methods=["POST"]),
            Route("/api/phones/{person}/{channel}/{act}", self._act, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def _page(self, request: Request) -> Response:
        headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
        return FileResponse(_FOLDER / "page.html", media_type="text/html", headers=headers)

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["asset"]
        kind = _ASSETS.get(Path(name).suffix)
        if kind is None or name not in {file.name for file in _FOLDER.iterdir()}:
            return Response(status_code=404)
        return FileResponse(_FOLDER / name, media_type=kind, headers={"Cache-Control": "no-cache"})

    async def _read(self, request: Request) -> Response:
        """What changed since `after`; waits up to `wait` seconds for the first change."""
        user = self._user(request)
        if user is None:
            return _nobody()
        after, wait = int(request.query_params.get("after", 0)), float(request.query_params.get("wait", 0))
        await user.phone.change(after, min(wait, _LONGEST_WAIT))
        person, channel = self._people[request.path_params["person"]], request.path_params["channel"]
        return JSONResponse(phone_view(person, channel, after, self._telegram.clock.now()))

    async def _file(self, request: Request) -> Response:
        """A file in a bubble. What a browser might run as a page is only offered for download."""
        user = self._user(request)
        bubble = user.phone.find(request.path_params["bubble"]) if user else None
        if bubble is None or bubble.file is None:
            return _nobody()
        kind = bubble.file.content_type
        shown = kind if kind.startswith(_SHOWN_IN_PLACE) else "application/octet-stream"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if shown == "application/octet-stream":
            headers["Content-Disposition"] = "attachment"
        return Response(bubble.file.content, media_type=shown, headers=headers)

    async def _attach(self, request: Request) -> Response:
        user, form = self._user(request), await request.form()
        upload = form.get("file")
        if user is None or not isinstance(upload, UploadFile):
            return _nobody()
        content, kind = await upload.read(), upload.content_type or "application/octet-stream"
        send = _sender(user, kind, str(form.get("voice", "")) == "true")
        return self._begin(
            send(content, content_type=kind, name=upload.filename or "", caption=str(form.get("caption", "")))
        )

    async def _act(self, request: Request) -> Response:
        user = self._user(request)
        act = _ACTS.get(request.path_params["act"])
        if user is None or act is None:
            return _nobody()
        try:
            return self._begin(act(user, await request.json()))
        except (LookupError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=409)

    def _begin(self, act: Awaitable[Any]) -> Response:
        """Set it going; its result shows on the phone. WhatsApp's acts last as long as the bot takes to answer."""
        task = asyncio.ensure_future(act)
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)
        return JSONResponse({"ok": True}, status_code=202)

    def _user(self, request: Request) -> User | None:
        return user_of(self._people, request.path_params["person"], request.path_params["channel"])


def _nobody() -> Response:
    return JSONResponse({"error": "not found"}, status_code=404)


def _sender(user: User, content_type: str, voice: bool) -> Callable[..., Awaitable[Bubble]]:
    """How the application would send a file of this type."""
    if content_type in {"image/jpeg", "image/png"}:
        return user.send_photo
    if content_type.startswith("audio/"):
        return user.send_voice if voice else user.send_audio
    return user.send_video if content_type.startswith("video/") else user.send_document


def _say(user: User, told: Json) -> Awaitable[Any]:
    quoted = user.phone.find(str(told.get("quote") or ""))
    return user.say(str(told["text"]), quote=quoted)


def _tap(user: User, told: Json) -> Awaitable[Any]:
    bubble = user.phone.find(str(told["bubble"]))
    if bubble is None or not 0 <= int(told["option"]) < len(bubble.options):
        raise LookupError("no such option")
    return user.tap(int(told["option"]), bubble)


def _locate(user: User, told: Json) -> Awaitable[Any]:
    return user.send_location(float(told["latitude"]), float(told["longitude"]), str(told.get("label", "")))


_ACTS: dict[str, Callable[[User, Json], Awaitable[Any]]] = {
    "say": _say,
    "tap": _tap,
    "location": _locate,
    "contact": lambda user, told: user.send_contact(str(told["name"]), str(told["phone"])),
    "block": lambda user, told: user.block(),
    "unblock": lambda user, told: user.unblock(),
}
