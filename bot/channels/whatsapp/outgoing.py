"""A bubble in the shape that Twilio's Messages and Content resources take. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.base import AttachmentKind, Bubble, File, Option, Template
from bot.channels.errors import Rejected, TemplateMissing

TEXT_LIMIT = 1600  # https://www.twilio.com/docs/api/errors/21617
BODY_LIMIT = 1024  # https://www.twilio.com/docs/content/twilio-quick-reply, also as caption
BUTTONS = 3  # in a session, without approval
ROWS = 10  # https://www.twilio.com/docs/content/twiliolist-picker
_VARIABLES = 100
_BUTTON_TITLE, _ROW_TITLE, _ROW_DESCRIPTION = 20, 24, 72

# https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
FILE_BYTES = 16 * 1024 * 1024
_IMAGE_BYTES = 5 * 1024 * 1024
_CAPTIONED = frozenset({AttachmentKind.IMAGE, AttachmentKind.VIDEO})
_OFFICE = "application/vnd.openxmlformats-officedocument."
_CONTENT_TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "audio/ogg",
        "audio/amr",
        "audio/3gpp",
        "audio/aac",
        "audio/mpeg",
        "video/mp4",
        "application/pdf",
        "application/msword",
        f"{_OFFICE}wordprocessingml.document",
        f"{_OFFICE}presentationml.presentation",
        f"{_OFFICE}spreadsheetml.sheet",
        "text/vcard",
    }
)


@dataclass(frozen=True, slots=True)
class Content:
    """A Content resource without a word in it, and the words that fill it when it is sent."""

    types: Mapping[str, Any]
    values: tuple[str, ...]

    @property
    def friendly_name(self) -> str:
        """The same for all bubbles of one shape, so that it is found again after a restart."""
        shape = json.dumps(self.types, sort_keys=True, ensure_ascii=False)
        return "puente_" + hashlib.sha256(shape.encode()).hexdigest()[:16]

    @property
    def variables(self) -> str:
        return _numbered_json(self.values)


def text_of(bubble: Bubble) -> str:
    """Header in bold, then the text."""
    header = re.sub(r"[\s*]+", " ", bubble.header).strip()  # bold ends at a line's end or an asterisk
    parts = (f"*{header}*" if header else "", _tidy(bubble.text))
    return "\n".join(part for part in parts if part)


def numbered_text(bubble: Bubble) -> str:
    """The text with its options as a numbered list, for when buttons are not to be had."""
    rows = [f"{n}. {_row(option)}" for n, option in enumerate(bubble.options, start=1)]
    return "\n\n".join(part for part in (text_of(bubble), "\n".join(rows)) if part)


def content_of(bubble: Bubble, list_button: str) -> Content | None:
    """Quick replies for up to 3 options, a list for up to 10; None when the bubble fits in neither.

    `list_button`: what opens the list, at most 20 characters.
    """
    text = text_of(bubble)
    if not text or len(text) > BODY_LIMIT:
        return None
    shape = _Shape()
    body = "\n".join(shape.variable(line) if line.strip() else "" for line in text.split("\n"))
    types = _interactive(body, bubble.options, list_button, shape)
    return Content(types, tuple(shape.values)) if types and len(shape.values) <= _VARIABLES else None


def file_arguments(file: File, text: str) -> dict[str, Any]:
    """Arguments of a media message. Raises Rejected for what WhatsApp would refuse, or show without its text.

    Twilio fetches the file from `file.url`. Only images and videos show a text: elsewhere it would be lost.
    """
    limit = _IMAGE_BYTES if file.content_type.startswith("image/") else FILE_BYTES
    if file.content_type.partition(";")[0].strip() not in _CONTENT_TYPES:
        raise Rejected("content_type", "WhatsApp does not take this kind of file")
    if len(file.content) > limit:
        raise Rejected("file_size", f"over {limit} bytes")
    if not file.url:
        raise Rejected("file_url", "no public URL to fetch the file from")
    if text and (file.kind not in _CAPTIONED or len(text) > BODY_LIMIT):
        raise Rejected("caption", "send the text as a bubble of its own")
    return {"media_url": [file.url]} | ({"body": text} if text else {})


def template_arguments(template: Template, configured: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Arguments of a template message. Raises TemplateMissing when office.yml does not list it."""
    sid = configured.get(template.name, {}).get(template.language)
    if not sid:
        raise TemplateMissing(template.name, template.language)
    if not template.values:
        return {"content_sid": sid}
    return {"content_sid": sid, "content_variables": _numbered_json(template_values(template.values))}


def template_values(values: Sequence[str]) -> list[str]:
    """The values as WhatsApp takes them: on one line, none empty."""
    return [" ".join(value.split()) or "–" for value in values]


class _Shape:
    """Collects the words of a Content and leaves numbered places.

    A value may hold no line break and not be empty (https://www.twilio.com/docs/api/errors/21656): so each
    line of the text is a place of its own.
    """

    def __init__(self) -> None:
        self.values: list[str] = []

    def variable(self, value: str) -> str:
        self.values.append(value.strip() or "–")
        return f"{{{{{len(self.values)}}}}}"


def _interactive(
    body: str, options: Sequence[Option], list_button: str, shape: _Shape
) -> dict[str, Any] | None:
    titles = {_cut(option.title, _BUTTON_TITLE) for option in options}
    if len(options) <= BUTTONS and len(titles) == len(options):  # WhatsApp refuses two buttons of one title
        actions = [_button(option, shape) for option in options]
        return {"twilio/quick-reply": {"body": body, "actions": actions}}
    if len(options) <= ROWS:
        items = [_item(option, shape) for option in options]
        return {"twilio/list-picker": {"body": body, "button": _cut(list_button, 20), "items": items}}
    return None


def _button(option: Option, shape: _Shape) -> dict[str, str]:
    title = shape.variable(_cut(option.title, _BUTTON_TITLE))
    return {"type": "QUICK_REPLY", "title": title, "id": shape.variable(option.token)}


def _item(option: Option, shape: _Shape) -> dict[str, str]:
    item = {"item": shape.variable(_cut(option.title, _ROW_TITLE)), "id": shape.variable(option.token)}
    if option.description:
        item["description"] = shape.variable(_cut(option.description, _ROW_DESCRIPTION))
    return item


def _row(option: Option) -> str:
    return f"{option.title} – {option.description}" if option.description else option.title


def _tidy(text: str) -> str:
    """The text as WhatsApp takes it: more than four blanks in a row are refused (63013)."""
    spaced = text.replace("\r\n", "\n").replace("\t", " ").strip()
    return re.sub(r" {5,}", "    ", spaced)


def _cut(title: str, limit: int) -> str:
    line = " ".join(title.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _numbered_json(values: Sequence[str]) -> str:
    return json.dumps({str(n): value for n, value in enumerate(values, start=1)}, ensure_ascii=False)
