"""Content templates: created, approved, rendered (twilio.com/docs/content)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.phone import ShownOption
from sandbox.twilio_api.errors import ApiError
from sandbox.twilio_api.records import Json, new_sid

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FORBIDDEN_IN_VALUE = re.compile(r"[\n\t]| {5,}")
_RICH = (
    "twilio/quick-reply",
    "twilio/list-picker",
    "whatsapp/card",
    "twilio/card",
    "twilio/media",
    "twilio/text",
)


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template to start with. Without a body its name and values are shown."""

    name: str
    language: str = "es"
    body: str = ""
    buttons: tuple[tuple[str, str], ...] = ()  # (id, title)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the phone shows of a content template."""

    text: str
    options: tuple[ShownOption, ...] = ()
    list_button: str = ""
    media_url: str = ""


@dataclass(slots=True)
class Content:
    sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: Json
    created_at: datetime
    approval: Json = field(default_factory=dict)  # name, category, status …; empty: never submitted
    wording_known: bool = True  # otherwise the values are shown below the name

    @property
    def approved(self) -> bool:
        return self.approval.get("status") == "approved"

    @property
    def kind(self) -> str:
        return next((k for k in _RICH if self.types.get(k)), "twilio/text")

    def json(self, account: str, base: str) -> Json:
        url = f"{base}/v1/Content/{self.sid}"
        when = self.created_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        return {
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": {k: v for k, v in self.types.items() if v},
            "date_created": when,
            "date_updated": when,
            "url": url,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
        }

    def missing(self, values: Mapping[str, str]) -> bool:
        """A variable that has neither a value nor a sample."""
        return any(name not in {**self.variables, **values} for name in _VARIABLE.findall(str(self.types)))

    def refused(self, values: Mapping[str, str]) -> int | None:
        """Why the channel refuses it later: 63028 a value is missing, 63013 a value breaks policy, 63005 too many."""
        if self.missing(values):
            return 63028
        if any(_FORBIDDEN_IN_VALUE.search(v) for v in values.values()) and self.approved:
            return 63013
        too_many = len(self.types.get("twilio/quick-reply", {}).get("actions", [])) > 3 and not self.approved
        return 63005 if too_many else None

    def render(self, values: Mapping[str, str]) -> Rendered:
        filled = {**self.variables, **values}

        def fill(text: Any) -> str:
            return _VARIABLE.sub(lambda m: filled.get(m[1], m[0]), str(text or ""))

        body: Json = self.types.get(self.kind) or {}
        buttons = [ShownOption(fill(a.get("id")), fill(a.get("title"))) for a in body.get("actions") or []]
        rows = [
            ShownOption(fill(i.get("id")), fill(i.get("item")), fill(i.get("description")))
            for i in body.get("items") or []
        ]
        media = (body.get("media") or [""])[0]
        text = fill(body.get("body") or body.get("title"))
        if not self.wording_known:
            text = "\n".join([text, *values.values()])
        return Rendered(text, tuple(buttons or rows), fill(body.get("button")) if rows else "", fill(media))


class Contents:
    """The templates of the account."""

    def __init__(self, templates: Mapping[str, Template], now: datetime) -> None:
        self.all: dict[str, Content] = {sid: _seeded(sid, t, now) for sid, t in templates.items()}

    def create(self, body: Json, now: datetime) -> Content:
        """POST /v1/Content. ApiError 400 when a limit of the type is broken."""
        types = {k: v for k, v in (body.get("types") or {}).items() if v}
        if not body.get("language") or not types:
            raise ApiError(400, 20001, "language and types are required")
        _check_types(types)
        content = Content(
            new_sid("HX"),
            body.get("friendly_name") or "",
            body["language"],
            body.get("variables") or {},
            types,
            now,
        )
        self.all[content.sid] = content
        return content

    def submit(self, content: Content, body: Json) -> Json:
        """POST …/ApprovalRequests/whatsapp: received, and approved at once unless the name is taken."""
        name, category = str(body.get("name") or ""), str(body.get("category") or "")
        if not re.fullmatch(r"[a-z0-9_]{1,512}", name):
            raise ApiError(400, 20001, "name must be lower case letters, digits and underscores")
        if category not in {"UTILITY", "MARKETING", "AUTHENTICATION"}:
            raise ApiError(400, 20001, "category is invalid")
        taken = any(
            c.approval.get("name") == name and c.language == content.language for c in self.all.values()
        )
        reason = "a template with this name exists" if taken else ""
        kind = content.kind
        if kind == "twilio/list-picker":
            raise ApiError(400, 20001, "twilio/list-picker cannot be submitted")
        content.approval = _approval(name, category, kind, "rejected" if taken else "approved", reason)
        return content.approval | {"status": "received", "rejection_reason": ""}


def _approval(name: str, category: str, kind: str, status: str, reason: str = "") -> Json:
    return {
        "name": name,
        "category": category,
        "content_type": kind,
        "status": status,
        "rejection_reason": reason,
        "allow_category_change": True,
    }


def _seeded(sid: str, template: Template, now: datetime) -> Content:
    body: Json = {"body": template.body or f"[{template.name} · {template.language}]"}
    kind = "twilio/text"
    if template.buttons:
        kind = "twilio/quick-reply"
        body["actions"] = [{"id": i, "title": t, "type": "QUICK_REPLY"} for i, t in template.buttons]
    content = Content(sid, template.name, template.language, {}, {kind: body}, now)
    content.wording_known = bool(template.body)
    content.approval = _approval(template.name, "UTILITY", kind, "approved")
    return content


def _check_types(types: Json) -> None:
    """Limits of twilio.com/docs/content: quick reply and list picker."""
    quick, rows = types.get("twilio/quick-reply") or {}, types.get("twilio/list-picker") or {}
    actions, items = quick.get("actions") or [], rows.get("items") or []
    _demand(len(quick.get("body") or rows.get("body") or "") <= 1024, "body is longer than 1024")
    _demand(not quick or 1 <= len(actions) <= 10, "actions: 1 to 10")
    _demand(not rows or 1 <= len(items) <= 10, "items: 1 to 10")
    _demand(len(rows.get("button") or "") <= 20, "button is longer than 20")
    _demand(
        all(0 < len(a.get("title") or "") <= 20 and len(a.get("id") or "") <= 200 for a in actions), "actions"
    )
    _demand(all(_row_fits(i) for i in items), "items")


def _row_fits(item: Json) -> bool:
    title, note, id_ = (item.get(k) or "" for k in ("item", "description", "id"))
    return 0 < len(title) <= 24 and len(note) <= 72 and 0 < len(id_) <= 200


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise ApiError(400, 20001, f"Invalid content: {what}")
