"""One request to the console: who asks, in which language, what the form said; and the rules that every page keeps."""

import functools
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from bot.console import sessions
from bot.desk.roster import Colleague
from bot.services import Services
from bot.store.tables import ConsoleSession

HOME = "/console"
COOKIE, FORM_COOKIE = "puente_console", "puente_form"
LIVE = "x-live"  # the header of a page that refreshes itself
LARGEST_FORM = 64_000  # bytes
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(slots=True)
class Visit:
    """`token`: the cookie that the seals of this visit's forms are made of. `me`: None for the administrator."""

    services: Services
    request: Request
    token: str
    language: str
    session: ConsoleSession | None = None
    me: Colleague | None = None
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def seal(self) -> str:
        return sessions.form_seal(self.token)

    @property
    def runs_the_office(self) -> bool:
        """The administrator, or the head of office."""
        return self.session is not None and (self.me is None or self.me.listed.head)

    @property
    def address(self) -> str:
        """Where the request comes from; behind a proxy on this machine, whom the proxy names."""
        return self.request.client.host if self.request.client else ""

    @property
    def secure(self) -> bool:
        public = urlsplit(self.services.settings.public_url or "")
        behind = public.scheme == "https" and self.request.url.hostname == public.hostname
        return self.request.url.scheme == "https" or behind

    @property
    def live(self) -> bool:
        return LIVE in self.request.headers

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(sessions.LONGEST.total_seconds()),
            path=HOME,
            secure=self.secure,
            httponly=True,
            samesite="strict",
        )


type Page = Callable[[Visit], Awaitable[Response]]


def guarded(
    services: Services, page: Page, *, refused: Page, open_to_all: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """A page behind the door: signed in unless `open_to_all`, and no form without its seal (`refused` says so)."""

    async def handler(request: Request) -> Response:
        visit = await _visit(services, request)
        response = await _answer(visit, page, refused, open_to_all=open_to_all)
        response.headers.update(HEADERS)
        if visit.session is None and FORM_COOKIE not in request.cookies:
            visit.set_cookie(response, FORM_COOKIE, visit.token)
        return response

    return functools.wraps(page)(handler)


async def _answer(visit: Visit, page: Page, refused: Page, *, open_to_all: bool) -> Response:
    if visit.request.method == "POST":
        visit.form = await _form(visit.request)
        if not _sealed(visit):
            return await refused(visit)
    if visit.session is None and not open_to_all:
        return Response(status_code=401) if visit.live else RedirectResponse(HOME, 303)
    return await page(visit)


def _sealed(visit: Visit) -> bool:
    """Whether a page of ours in this browser sent the form; also one whose session has ended since: who sends that signs in
    again."""
    seal = visit.form.get("seal", "").encode()
    former = sessions.form_seal(visit.request.cookies.get(COOKIE, ""))
    return any(hmac.compare_digest(seal, known.encode()) for known in (visit.seal, former))


async def _visit(services: Services, request: Request) -> Visit:
    token = request.cookies.get(COOKIE, "")
    async with services.database.session() as session:
        found = await sessions.find(services, session, token, by_hand=LIVE not in request.headers)
    if found:
        return Visit(services, request, token, found[0].language, *found)
    bare = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(sessions.TOKEN_BYTES)
    return Visit(services, request, bare, _preferred(request))


def _preferred(request: Request) -> str:
    wished = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "en" if wished.casefold().startswith("en") else "es"


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form; none of one that is too large. Characters that cannot be stored are dropped."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                return {}
    except ClientDisconnect:
        return {}
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: value.replace("\0", "").replace("\r\n", "\n") for name, value in fields}
