"""The resources that the API keeps: messages and their media."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

type Json = dict[str, Any]

FINAL = {"delivered", "read", "failed", "undelivered", "received", "canceled"}


def new_sid(prefix: str) -> str:
    """A SID as Twilio makes them: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(slots=True)
class MediaRecord:
    sid: str
    content: bytes
    content_type: str
    created_at: datetime

    def json(self, account: str, message_sid: str) -> Json:
        when = format_datetime(self.created_at)
        return {
            "sid": self.sid,
            "account_sid": account,
            "parent_sid": message_sid,
            "content_type": self.content_type,
            "date_created": when,
            "date_updated": when,
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{message_sid}/Media/{self.sid}.json",
        }


@dataclass(slots=True)
class MessageRecord:
    """A message of either direction. `form`: what the caller posted, for outgoing ones."""

    sid: str
    direction: str  # inbound, outbound-api
    from_: str
    to: str
    body: str
    created_at: datetime
    status: str
    form: Json = field(default_factory=dict)
    updated_at: datetime | None = None
    sent_at: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    media: dict[str, MediaRecord] = field(default_factory=dict)
    history: list[tuple[str, datetime]] = field(default_factory=list)  # every status with its time
    announced_media: int = 0  # MediaUrls of the call, fetched afterwards

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    def json(self, account: str) -> Json:
        """The Message resource, dates in RFC 2822."""
        uri = f"/2010-04-01/Accounts/{account}/Messages/{self.sid}"
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "date_updated": format_datetime(self.updated_at or self.created_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.from_ or None,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(max(len(self.media), self.announced_media)),
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }
