"""What every parser does to what a person wrote: as little as possible."""

import re

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL takes no NUL, UTF-8 no lone surrogate
_MEXICAN_MOBILE = re.compile(r"\+521(\d{10})")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


def clean(value: object) -> str:
    """A provider's string without the characters that cannot be stored; "" for anything that is no string."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def e164(number: str) -> str:
    """The number in E.164 ("+525500000123"), or "" when it is none.

    Mexico's mobile "1" (abolished in 2019) is dropped: WhatsApp still sends +521…, people store +52….
    """
    digits = "+" + re.sub(r"[^\d]", "", number)
    if not _E164.fullmatch(digits):
        return ""
    return _MEXICAN_MOBILE.sub(r"+52\1", digits)
