"""A contact card as the vCard standard writes it (RFC 2426, RFC 6350): WhatsApp sends a file, Telegram a field. Pure."""

import quopri
import re
from dataclasses import dataclass

from bot.channels.reading import clean, e164

LARGEST = 20_000  # characters: a card with a photograph in it is cut there
LONGEST = 100  # of a name or an organisation
_FOLDED = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=\r?\n")
_LINE = re.compile(r"(?:[\w-]+\.)?(?P<name>[A-Za-z-]+)(?P<parameters>(?:;[^:]*)?):(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Card:
    name: str = ""
    phone: str = ""  # E.164 when it is a number, else as written
    organisation: str = ""


def read(content: str) -> Card:
    """The first name, number and organisation of a card; what is no card has none."""
    text = _FOLDED.sub("", content[:LARGEST])
    if "quoted-printable" in text.casefold():
        text = _SOFT_BREAK.sub("", text)
    found: dict[str, str] = {}
    for line in text.splitlines():
        if match := _LINE.fullmatch(line.strip()):
            value = _value(match["value"], match["parameters"])
            if value:
                found.setdefault(match["name"].upper(), value)
    number = found.get("TEL", "").removeprefix("tel:")
    return Card(
        name=(_plain(found.get("FN", "")) or _of_parts(found.get("N", "")))[:LONGEST],
        phone=(e164(number) or number)[:LONGEST],
        organisation=_plain(found.get("ORG", "").replace(";", " · ").strip(" ·"))[:LONGEST],
    )


def _value(written: str, parameters: str) -> str:
    if "quoted-printable" in parameters.casefold():
        written = quopri.decodestring(written.encode()).decode("utf-8", "replace")
    return clean(written).strip()


def _plain(value: str) -> str:
    """Without the backslashes that stand before commas and line ends."""
    return " ".join(re.sub(r"\\([,;\\])", r"\1", value.replace(r"\n", " ")).split())


def _of_parts(value: str) -> str:
    """`Pérez;Ana;María;Dra.;` is family name; given name; …"""
    family, given, *_ = [*value.split(";"), "", ""]
    return _plain(f"{given} {family}")
