"""Twilio's Messages, Media, Content and Typing APIs on loopback: state, routes, and where a call meets its fault."""

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable, Mapping

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.faults import Fault, FaultKind, Faults, fall_silent
from sandbox.reach import Reach
from sandbox.twilio_api import resources
from sandbox.twilio_api.checks import Sender
from sandbox.twilio_api.content import Contents, Template
from sandbox.twilio_api.delivery import Delivery
from sandbox.twilio_api.errors import ApiError
from sandbox.twilio_api.people import WhatsAppUser
from sandbox.twilio_api.records import MediaRecord, MessageRecord
from sandbox.twilio_api.webhooks import Posted, Webhooks

type Endpoint = Callable[["TwilioApi", Request], Awaitable[Response]]

INBOUND_PATH = "/webhooks/whatsapp"
_MESSAGES = "/2010-04-01/Accounts/{account}/Messages"
_ROUTES: list[tuple[str, str, str, Endpoint]] = [  # HTTP method, path, name for faults, endpoint
    ("POST", f"{_MESSAGES}.json", "messages.create", resources.create_message),
    ("GET", f"{_MESSAGES}.json", "messages.list", resources.list_messages),
    ("GET", _MESSAGES + "/{sid}.json", "messages.fetch", resources.fetch_message),
    ("POST", _MESSAGES + "/{sid}.json", "messages.update", resources.update_message),
    ("DELETE", _MESSAGES + "/{sid}.json", "messages.delete", resources.delete_message),
    ("GET", _MESSAGES + "/{sid}/Media.json", "media.list", resources.list_media),
    ("GET", _MESSAGES + "/{sid}/Media/{media}.json", "media.fetch", resources.describe_media),
    ("DELETE", _MESSAGES + "/{sid}/Media/{media}.json", "media.delete", resources.delete_media),
    ("POST", "/v1/Content", "content.create", resources.create_content),
    ("GET", "/v1/Content", "content.list", resources.list_contents),
    ("GET", "/v1/ContentAndApprovals", "content.list", resources.list_contents_and_approvals),
    ("GET", "/v1/Content/{sid}", "content.fetch", resources.fetch_content),
    ("DELETE", "/v1/Content/{sid}", "content.delete", resources.delete_content),
    ("GET", "/v1/Content/{sid}/ApprovalRequests", "approvals.fetch", resources.fetch_approval),
    ("POST", "/v1/Content/{sid}/ApprovalRequests/whatsapp", "approvals.create", resources.create_approval),
    ("POST", "/v2/Indicators/Typing.json", "typing.create", resources.show_typing),
    ("POST", "/v3/Indicators/Typing.json", "typing.create", resources.show_typing),
]
_KEYWORDS = {
    "STOP": "STOP",
    "ALTO": "STOP",
    "BAJA": "STOP",
    "START": "START",
    "ALTA": "START",
    "HELP": "HELP",
}


class TwilioApi:
    """One account with one WhatsApp sender, and the people at the other end (`user`).

    Switches: pair_rate (63018), media_auth (media ask for Basic auth), advanced_opt_out (Twilio takes keywords),
    scramble_statuses and repeat_statuses (callbacks in reverse order, twice), status_delay (seconds between them),
    webhook_options (`#rc=…&rp=…` of the inbound webhook), windows_shut (everybody's 24 hours are over: 63016).
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: Sender,
        templates: Mapping[str, Template],
        clock: Clock,
        reach: Reach,
        http: httpx.AsyncClient,
    ) -> None:
        self.account_sid, self.auth_token, self.sender = account_sid, auth_token, sender
        self.clock, self.reach, self.http = clock, reach, http
        self.base = ""  # where this API is served; known once the port is
        self.pair_rate = False
        self.media_auth = True
        self.advanced_opt_out = False
        self.scramble_statuses = False
        self.repeat_statuses = False
        self.status_delay = 0.02
        self.webhook_options = ""
        self.windows_shut = False
        self.faults = Faults()
        self.users: list[WhatsAppUser] = []
        self.messages: dict[str, MessageRecord] = {}
        self.opted_out: set[str] = set()
        self.contents = Contents(templates, clock.now())
        self.delivery = Delivery(self)
        self.downloads: dict[str, MediaRecord] = {}  # by one-time key of a redirect
        self._webhooks = Webhooks(auth_token, reach, http)
        self.routes = [self._route(*row) for row in _ROUTES]
        self.routes.append(
            Route(_MESSAGES + "/{sid}/Media/{media}", self._redirect_to_media, methods=["GET"])
        )
        self.routes.append(Route("/cdn/{key}", self._download, methods=["GET"]))

    # --- people -------------------------------------------------------------------------------------------

    def user(
        self, address: str, profile_name: str, bsuid: str | None = None, share_phone: bool = True
    ) -> WhatsAppUser:
        """A person. `address`: `whatsapp:+…`; `bsuid`: `whatsapp:CC.…`, made up when not given."""
        made_up = f"whatsapp:MX.{secrets.randbelow(10**16):016d}"
        user = WhatsAppUser(self, address, profile_name, bsuid or made_up, share_phone)
        self.users.append(user)
        return user

    def find(self, address: str) -> WhatsAppUser | None:
        """Who is reached at this address; the newest wins."""
        return next((u for u in reversed(self.users) if address in {u.number, u.bsuid}), None)

    def opt_out_keyword(self, text: str) -> str:
        """STOP, START or HELP when Advanced Opt-Out is on and the whole message is one of its keywords."""
        return _KEYWORDS.get(text.strip().upper(), "") if self.advanced_opt_out else ""

    # --- webhooks -----------------------------------------------------------------------------------------

    @property
    def posted(self) -> list[Posted]:
        """Every post to the bot so far, with its answer."""
        return self._webhooks.posted

    async def post_inbound(
        self, form: Mapping[str, str], signature: str | None = None, headers: Mapping[str, str] | None = None
    ) -> int | None:
        """Post to the inbound webhook; nothing happens while no bot is connected."""
        if not self.reach.bot_url:
            return None
        url = self.reach.public(INBOUND_PATH) + self.webhook_options
        return await self._webhooks.post(url, form, signature, headers)

    async def call_back(self, record: MessageRecord, status: str) -> None:
        """The status callback of a message, if it asked for one."""
        url = record.form.get("StatusCallback", "")
        if not url:
            return
        failure = {"ErrorCode": str(record.error_code), "ErrorMessage": record.error_message or ""}
        failure |= {"ChannelStatusMessage": record.error_message or ""}
        event = (
            {"EventType": status.upper()}
            if status in {"delivered", "read"}
            else {"StructuredMessage": "false"}
        )
        form = {
            "ChannelPrefix": "whatsapp",
            "ChannelInstallSid": "XE" + "0" * 32,
            "ChannelToAddress": record.to.removeprefix("whatsapp:"),
            "SmsSid": record.sid,
            "SmsStatus": status,
            "MessageSid": record.sid,
            "MessageStatus": status,
            "AccountSid": self.account_sid,
            "From": record.from_,
            "To": record.to,
            "ApiVersion": "2010-04-01",
        }
        form |= event | self.service_field() | (failure if status == "failed" else {})
        await self._webhooks.post(url, form)

    def service_field(self) -> dict[str, str]:
        return {"MessagingServiceSid": self.sender.service_sid} if self.sender.service_sid else {}

    def media_url(self, record: MessageRecord, media: MediaRecord) -> str:
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{record.sid}/Media/{media.sid}"
        return self.base + path

    async def close(self) -> None:
        await self.delivery.close()

    # --- HTTP ---------------------------------------------------------------------------------------------

    def _route(self, verb: str, path: str, name: str, endpoint: Endpoint) -> Route:
        async def answer(request: Request) -> Response:
            try:
                self._check_account(request)
                return await self._with_faults(request, name, endpoint)
            except ApiError as error:
                return error.response()

        return Route(path, answer, methods=[verb], name=f"{verb} {name}")

    async def _with_faults(self, request: Request, name: str, endpoint: Endpoint) -> Response:
        fault = self.faults.take(name, await _address(request))
        if fault is None:
            return await endpoint(self, request)
        if fault.kind is FaultKind.REFUSE:
            return _refused(fault)
        if fault.kind is FaultKind.FAIL_LATER:
            request.state.fail_code = fault.code
            return await endpoint(self, request)
        response = await endpoint(self, request) if fault.kind is FaultKind.LOSE_RESPONSE else Response()
        await fall_silent(request, fault.seconds)
        return response

    def _check_account(self, request: Request) -> None:
        if not self._is_authentic(request):
            raise ApiError(401, 20003)
        if request.path_params.get("account", self.account_sid) != self.account_sid:
            raise ApiError(404, 20404)

    def _is_authentic(self, request: Request) -> bool:
        scheme, _, coded = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(coded).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme.lower() == "basic" and secrets.compare_digest(
            given, f"{self.account_sid}:{self.auth_token}"
        )

    async def _redirect_to_media(self, request: Request) -> Response:
        """The content of a media file: Basic auth, then a redirect to a place without."""
        if self.media_auth and not self._is_authentic(request):
            return ApiError(401, 20003).response()
        fault = self.faults.take("media.fetch", "")
        if fault is not None:
            return _refused(fault)
        record = self.messages.get(request.path_params["sid"])
        media = record.media.get(request.path_params["media"]) if record else None
        if media is None:
            return ApiError(404, 20404).response()
        key = secrets.token_urlsafe(24)
        self.downloads[key] = media
        return Response(status_code=307, headers={"Location": f"{self.base}/cdn/{key}"})

    async def _download(self, request: Request) -> Response:
        media = self.downloads.pop(request.path_params["key"], None)
        if media is None:
            return Response(status_code=403)
        return Response(media.content, media_type=media.content_type)


async def _address(request: Request) -> str:
    """Whom the call is about, for faults of one address."""
    if request.method == "POST" and not request.headers.get("content-type", "").startswith(
        "application/json"
    ):
        return str((await request.form()).get("To", ""))
    return request.query_params.get("To", "")


def _refused(fault: Fault) -> Response:
    if fault.retry_after is not None:
        response = ApiError(429, 20429).response()
        response.headers["Retry-After"] = str(fault.retry_after)
        return response
    if fault.code:
        return ApiError(fault.status, fault.code, fault.text).response()
    return ApiError(fault.status or 503, 20500, "Internal Server Error").response()
