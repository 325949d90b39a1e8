"""What Twilio refuses at once when a message is created (HTTP 400; codes of twilio.com/docs/api/errors)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.twilio_api.content import Contents
from sandbox.twilio_api.errors import ApiError, invalid, not_found

_MOST_TEXT = 1600
_ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
_URL = re.compile(r"https?://[^\s/]+\S*")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who may send: one WhatsApp number, perhaps also as a Messaging Service."""

    address: str  # whatsapp:+…
    service_sid: str = ""


def check(form: Mapping[str, str], media: list[str], sender: Sender, contents: Contents) -> None:
    """Raise ApiError when this call would not be accepted."""
    _check_recipient(form.get("To", ""), form.get("From", ""))
    _check_sender(form, sender)
    _check_content(form, media, contents)
    callback = form.get("StatusCallback", "")
    if callback and (not _URL.fullmatch(callback) or "_" in callback.split("/")[2]):
        raise invalid(21609)


def variables(form: Mapping[str, str]) -> dict[str, str]:
    """ContentVariables: a JSON object of strings, sent as a string; else 21656."""
    given: Any
    try:
        given = json.loads(form.get("ContentVariables") or "{}")
    except ValueError:
        raise invalid(21656) from None
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise invalid(21656)
    return given


def _check_recipient(to: str, from_: str) -> None:
    if not to:
        raise invalid(21604)
    if to == from_:
        raise invalid(63031)
    if from_ and to.startswith("whatsapp:") != from_.startswith("whatsapp:"):
        raise invalid(21910)
    if not _ADDRESS.fullmatch(to):
        raise ApiError(400, 21211, f"Invalid 'To' Phone Number: {to[:12]}XXXX")


def _check_sender(form: Mapping[str, str], sender: Sender) -> None:
    from_, service = form.get("From", ""), form.get("MessagingServiceSid", "")
    if not from_ and not service:
        raise invalid(21603)
    if service and service != sender.service_sid:
        raise not_found()
    if from_ and from_ != sender.address:
        raise invalid(63007)


def _check_content(form: Mapping[str, str], media: list[str], contents: Contents) -> None:
    content_sid = form.get("ContentSid", "")
    if form.get("ContentVariables") and not content_sid:
        raise invalid(21654)
    if content_sid and content_sid not in contents.all:
        raise invalid(21655)
    variables(form)
    if not (content_sid or media or form.get("Body")):
        raise invalid(21602)
    if len(form.get("Body", "")) > _MOST_TEXT:
        raise invalid(21617)
    if len(media) > 10:
        raise invalid(21623)
    if not all(_URL.fullmatch(url) for url in media):
        raise invalid(21620)
