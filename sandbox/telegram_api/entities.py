"""Telegram's HTML: text and entities out of tags, with the errors of the real parser (core.telegram.org/bots/api)."""

import html
import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram_api.errors import bad_request

type Entity = dict[str, Any]

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z0-9-]*)(?P<rest>[^<>]*)(?P<end>>?)|&(?:#\d+|#x[0-9a-f]+|lt|gt|amp|quot);"
)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    name: str
    start: int  # in characters of the text so far
    rest: str


def utf16_length(text: str) -> int:
    """Lengths and offsets of entities count UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


class _HtmlParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._text = ""
        self._open: list[_Open] = []
        self._spans: list[tuple[int, int, _Open]] = []

    def parse(self) -> tuple[str, list[Entity]]:
        position = 0
        for token in _TOKEN.finditer(self._source):
            self._text += self._source[position : token.start()]
            position = token.end()
            self._take(token)
        self._text += self._source[position:]
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return self._trimmed()

    def _take(self, token: re.Match[str]) -> None:
        if token[0].startswith("&"):
            self._text += html.unescape(token[0])
        elif token["close"]:
            self._close(token)
        else:
            self._begin(token)

    def _begin(self, token: re.Match[str]) -> None:
        name, offset = token["name"].lower(), self._offset(token)
        if name not in _KINDS or (name == "span" and "tg-spoiler" not in token["rest"]):
            raise _error(f'Unsupported start tag "{name}" at byte offset {offset}')
        if not token["end"]:
            raise _error(f"Unclosed start tag at byte offset {offset}")
        self._open.append(_Open(name, len(self._text), token["rest"]))

    def _close(self, token: re.Match[str]) -> None:
        name, offset = token["name"].lower(), self._offset(token)
        if not self._open:
            raise _error(f"Unexpected end tag at byte offset {offset}")
        opened = self._open.pop()
        if name and name != opened.name:
            raise _error(
                f'Unmatched end tag at byte offset {offset}, expected "</{opened.name}>", found "</{name}>"'
            )
        self._spans.append((opened.start, len(self._text), opened))

    def _offset(self, token: re.Match[str]) -> int:
        return len(self._source[: token.start()].encode())

    def _trimmed(self) -> tuple[str, list[Entity]]:
        """Telegram cuts blanks at both ends of the text; entities move along."""
        lead = len(self._text) - len(self._text.lstrip())
        text = self._text.strip()
        entities = []
        for begin, end, opened in sorted(self._spans, key=lambda s: (s[0], -s[1])):
            first, last = max(begin - lead, 0), min(end - lead, len(text))
            if first < last:
                entities.append(_entity(text, first, last, opened))
        return text, entities


def _entity(text: str, first: int, last: int, opened: _Open) -> Entity:
    entity: Entity = {
        "type": _KINDS[opened.name],
        "offset": utf16_length(text[:first]),
        "length": utf16_length(text[first:last]),
    }
    if opened.name == "a" and (link := _HREF.search(opened.rest)):
        entity["url"] = html.unescape(link[1])
    return entity


def parse(text: str, parse_mode: str, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """The text as shown and its entities. Only HTML is emulated: other modes are refused, never guessed."""
    if parse_mode.upper() == "HTML":
        return _HtmlParser(text).parse()
    if parse_mode:
        raise bad_request("unsupported parse_mode")
    return text.strip(), entities or []


def header_of(text: str, entities: list[Entity]) -> str:
    """The bold words that make up the first line, if they do."""
    first = next((e for e in entities if e["type"] == "bold" and e["offset"] == 0), None)
    words = utf16_slice(text, 0, first["length"]) if first else ""
    return words.strip() if words and text.split("\n", 1)[0] == words.strip() else ""


def commands_of(text: str) -> list[Entity]:
    """The entity that clients add to a leading /command."""
    found = re.match(r"/[A-Za-z0-9_]{1,32}(@\w+)?(?=\s|$)", text)
    return [{"type": "bot_command", "offset": 0, "length": len(found[0])}] if found else []


def _error(detail: str) -> Exception:
    return bad_request(f"can't parse entities: {detail}")
