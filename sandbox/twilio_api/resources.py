"""What each resource does: messages, media, contents, approvals, typing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.twilio_api import checks
from sandbox.twilio_api.content import Content
from sandbox.twilio_api.errors import ApiError, not_found
from sandbox.twilio_api.records import Json, MediaRecord, MessageRecord, new_sid

if TYPE_CHECKING:
    from sandbox.twilio_api.api import TwilioApi

_TYPING = timedelta(seconds=25)


# --- messages -------------------------------------------------------------------------------------------------


async def create_message(api: "TwilioApi", request: Request) -> Response:
    """201 queued (accepted with a Messaging Service); its fate follows by status callbacks."""
    form = await request.form()
    values = {name: str(value) for name, value in form.items()}
    media = [str(url) for url in form.getlist("MediaUrl")]
    checks.check(values, media, api.sender, api.contents)
    record = _record(api, values, media)
    api.messages[record.sid] = record
    api.delivery.begin(record, getattr(request.state, "fail_code", None))
    return JSONResponse(record.json(api.account_sid), status_code=201)


async def list_messages(api: "TwilioApi", request: Request) -> Response:
    """Newest first, filtered by To, From, DateSent, DateSent>, DateSent< (inclusive)."""
    query = request.query_params
    found = [m for m in api.messages.values() if _matches(m, dict(query))]
    found.sort(key=lambda m: m.created_at, reverse=True)
    size = min(int(query.get("PageSize", 50)), 1000)
    page = int(query.get("Page", 0))
    shown = found[page * size : (page + 1) * size]
    following = request.url.path.removeprefix(request.scope.get("root_path", "")) + "?"
    following += (
        urlencode(dict(query) | {"Page": page + 1, "PageToken": "PA" + shown[-1].sid}) if shown else ""
    )
    body: Json = {"messages": [m.json(api.account_sid) for m in shown], "page": page, "page_size": size}
    body["next_page_uri"] = following if len(found) > (page + 1) * size else None
    return JSONResponse(
        body | {"first_page_uri": None, "previous_page_uri": None, "uri": None, "start": 0, "end": 0}
    )


async def fetch_message(api: "TwilioApi", request: Request) -> Response:
    return JSONResponse(_message(api, request).json(api.account_sid))


async def update_message(api: "TwilioApi", request: Request) -> Response:
    """`Body=` empties the text of a finished message; nothing else can be changed here."""
    record, form = _message(api, request), await request.form()
    if form.get("Body") != "":
        raise ApiError(400, 20001, "Only redaction is supported: Body must be empty")
    _demand_final(record)
    record.body, record.updated_at = "", api.clock.now()
    return JSONResponse(record.json(api.account_sid))


async def delete_message(api: "TwilioApi", request: Request) -> Response:
    record = _message(api, request)
    _demand_final(record)
    del api.messages[record.sid]
    return Response(status_code=204)


def _record(api: "TwilioApi", form: dict[str, str], media: list[str]) -> MessageRecord:
    now = api.clock.now()
    content = api.contents.all.get(form.get("ContentSid", ""))
    body = content.render(checks.variables(form)).text if content else form.get("Body", "")
    service = form.get("MessagingServiceSid")
    return MessageRecord(
        sid=new_sid("MM" if media else "SM"),
        direction="outbound-api",
        from_=form.get("From") or api.sender.address,
        to=form["To"],
        body=body,
        created_at=now,
        status="accepted" if service else "queued",
        form=form,
        messaging_service_sid=service,
        announced_media=len(media),
    )


def _matches(record: MessageRecord, query: dict[str, str]) -> bool:
    sent = record.sent_at or record.created_at
    tests: dict[str, Callable[[str], bool]] = {
        "To": lambda v: record.to == v,
        "From": lambda v: record.from_ == v,
        "DateSent": lambda v: sent.date() == datetime.fromisoformat(v).date(),
        "DateSent>": lambda v: sent.replace(microsecond=0) >= _moment(v, sent),
        "DateSent<": lambda v: sent.replace(microsecond=0) <= _moment(v, sent),
    }
    return all(test(query[name]) for name, test in tests.items() if name in query)


def _moment(given: str, like: datetime) -> datetime:
    moment = datetime.fromisoformat(given)
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)


def _message(api: "TwilioApi", request: Request) -> MessageRecord:
    record = api.messages.get(request.path_params["sid"])
    if record is None:
        raise not_found()
    return record


def _demand_final(record: MessageRecord) -> None:
    """Error 20009: a message under way cannot be redacted or deleted. `sent` may stay so for ever and counts."""
    if not record.is_final and record.status != "sent":
        raise ApiError(409, 20009)


# --- media ----------------------------------------------------------------------------------------------------


async def list_media(api: "TwilioApi", request: Request) -> Response:
    record = _message(api, request)
    listed = [m.json(api.account_sid, record.sid) for m in record.media.values()]
    return JSONResponse({"media_list": listed, "page": 0, "page_size": 50, "next_page_uri": None})


async def describe_media(api: "TwilioApi", request: Request) -> Response:
    record, media = _media(api, request)
    return JSONResponse(media.json(api.account_sid, record.sid))


async def delete_media(api: "TwilioApi", request: Request) -> Response:
    record, media = _media(api, request)
    del record.media[media.sid]
    return Response(status_code=204)


def _media(api: "TwilioApi", request: Request) -> tuple[MessageRecord, MediaRecord]:
    record = _message(api, request)
    media = record.media.get(request.path_params["media"])
    if media is None:
        raise not_found()
    return record, media


# --- content templates ----------------------------------------------------------------------------------------


async def create_content(api: "TwilioApi", request: Request) -> Response:
    content = api.contents.create(await _json(request), api.clock.now())
    return JSONResponse(content.json(api.account_sid, api.base), status_code=201)


async def list_contents(api: "TwilioApi", request: Request) -> Response:
    return _page(api, request, [c.json(api.account_sid, api.base) for c in api.contents.all.values()])


async def list_contents_and_approvals(api: "TwilioApi", request: Request) -> Response:
    found = api.contents.all.values()
    return _page(
        api,
        request,
        [c.json(api.account_sid, api.base) | {"approval_requests": c.approval or None} for c in found],
    )


async def fetch_content(api: "TwilioApi", request: Request) -> Response:
    return JSONResponse(_content(api, request).json(api.account_sid, api.base))


async def delete_content(api: "TwilioApi", request: Request) -> Response:
    del api.contents.all[_content(api, request).sid]
    return Response(status_code=204)


async def create_approval(api: "TwilioApi", request: Request) -> Response:
    content = _content(api, request)
    return JSONResponse(api.contents.submit(content, await _json(request)), status_code=201)


async def fetch_approval(api: "TwilioApi", request: Request) -> Response:
    content = _content(api, request)
    body = {"sid": content.sid, "account_sid": api.account_sid, "whatsapp": content.approval}
    return JSONResponse(body | {"url": f"{api.base}/v1/Content/{content.sid}/ApprovalRequests"})


def _content(api: "TwilioApi", request: Request) -> Content:
    content = api.contents.all.get(request.path_params["sid"])
    if content is None:
        raise not_found()
    return content


def _page(api: "TwilioApi", request: Request, items: list[Json]) -> Response:
    size = min(int(request.query_params.get("PageSize", 50)), 500)
    page = int(request.query_params.get("Page", 0))
    url = f"{api.base}{request.url.path.removeprefix(request.scope.get('root_path', ''))}"
    following = f"{url}?PageSize={size}&Page={page + 1}" if len(items) > (page + 1) * size else None
    meta = {"page": page, "page_size": size, "url": url, "first_page_url": url, "previous_page_url": None}
    meta |= {"next_page_url": following, "key": "contents"}
    return JSONResponse({"meta": meta, "contents": items[page * size : (page + 1) * size]})


async def _json(request: Request) -> Json:
    """A JSON body; 400 for anything else, a form under a JSON header included."""
    try:
        body: Any = await request.json()
    except ValueError:
        raise ApiError(400, 20001, "Malformed JSON body") from None
    return body if isinstance(body, dict) else {}


# --- typing ---------------------------------------------------------------------------------------------------


async def show_typing(api: "TwilioApi", request: Request) -> Response:
    """v2 takes a form, v3 JSON. Also marks the inbound message read. Shown for 25 s or until an answer."""
    as_json = request.headers.get("content-type", "").startswith("application/json")
    told: Json | FormData = await _json(request) if as_json else await request.form()
    record = api.messages.get(str(told.get("messageId", "")))
    if str(told.get("channel", "")).lower() != "whatsapp" or record is None or record.direction != "inbound":
        raise ApiError(400, 20001, "Invalid channel or messageId")
    user = api.find(record.from_)
    if user is not None:
        user.phone.typing_until = api.clock.now() + _TYPING
        bubble = user.phone.find(record.sid)
        user.phone.mark(bubble, "read") if bubble else user.phone.touch()
    return JSONResponse({"success": True})
