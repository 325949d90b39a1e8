"""How files are called in front of people: names without tricks, sizes as people say them."""

import re
import unicodedata

LONGEST_NAME = 120  # characters
MEGABYTE = 1_000_000  # bytes
_PATH = re.compile(r"[\\/]")
_NAME_ALONE = re.compile(r"[^\n/\\]{1,120}\.[A-Za-z0-9]{2,5}")


def plain_name(name: str) -> str:
    """The last part of a path, without signs that change how it is shown; cut before its ending."""
    last = _PATH.split(name)[-1]
    shown = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs") else sign for sign in last
    )
    shown = " ".join(shown.split()).lstrip(".")
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= LONGEST_NAME or not dot:
        return shown[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 2]}….{ending}"[:LONGEST_NAME]


def is_name(words: str) -> bool:
    """Whether words are no more than a file's name: WhatsApp gives it as the text of a document."""
    return _NAME_ALONE.fullmatch(words.strip()) is not None


def size_of(count: int) -> str:
    """Bytes as people say them: `850 KB`, `1.2 MB`, `4.0 GB`."""
    if count >= 1000 * MEGABYTE:
        return f"{count / MEGABYTE / 1000:.1f} GB"
    return f"{count / MEGABYTE:.1f} MB" if count >= MEGABYTE else f"{max(1, round(count / 1000))} KB"
