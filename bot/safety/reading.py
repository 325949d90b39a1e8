"""Turns a bubble into plain words: no accents, no capitals, no markup, with the pauses kept. Pure and total."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

LONGEST_WORD = 40  # longer runs are keys or noise, never a word of a rule

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>|https?://\S+|\bwww\.\S+|(?<![\w.+-])[\w.+-]+@\S+")
_PIECE = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?(?![\d])|\d+|[a-z]+|[.!?;]+|[,:\n()]|[^\x00-\x7f]")
_APOSTROPHE = re.compile(r"(?<=[a-z])['`\u00b4\u2018\u2019](?=[a-z])")
_ELONGATED = re.compile(r"(.)\1{2,}")
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0xFEFF, 0xAD, 0xFE0F, 0])


class Pause(IntEnum):
    """What stands before a word: nothing, a comma or line or bubble, the end of a sentence."""

    NONE = 0
    SOFT = 1
    HARD = 2


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    pause: Pause
    bubble: int  # index of the bubble it came from


def fold(text: str) -> str:
    """Lower case without accents: "NO RESPIRÁ" -> "no respira". Compatibility letters (bold, full width) become plain."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", decomposed) if not unicodedata.combining(c))


def plain(text: str) -> str:
    """Folded, and without apostrophes: "can't" and "cant" are one word."""
    return _APOSTROPHE.sub("", fold(text))


def shorten(word: str) -> str:
    """ "ayudaaaa" -> "ayuda", "noooo" -> "no": three letters or more in a row are one."""
    return _ELONGATED.sub(r"\1", word)


def number(digits: str) -> str:
    """ "39,50" -> "39.5", "40.0" -> "40": one decimal at most, as the rules write them."""
    whole, _, decimals = digits.replace(",", ".").partition(".")
    tenth = decimals[:1]
    return f"{int(whole)}.{tenth}" if tenth.strip("0") else str(int(whole))


def read(bubbles: Iterable[str]) -> list[Word]:
    """The words of the bubbles, in order. Symbols outside ASCII (emoji) are words of their own."""
    words: list[Word] = []
    for index, bubble in enumerate(bubbles):
        words += _words_of(bubble, index)
    return words


def _words_of(bubble: str, index: int) -> Iterable[Word]:
    clean = plain(_MARKUP.sub(" ", html.unescape(bubble).translate(_INVISIBLE)))
    pause = Pause.SOFT
    for piece in _PIECE.findall(clean):
        if piece[0] in ".!?;":
            pause = Pause.HARD
        elif piece[0] in ",:\n()":
            pause = max(pause, Pause.SOFT)
        elif len(piece) <= LONGEST_WORD and (word := _plain(piece)):
            yield Word(word, pause, index)
            pause = Pause.NONE


def _plain(piece: str) -> str:
    if piece[0].isascii() and piece[0].isdigit():
        return number(piece) if len(piece.replace(",", ".").partition(".")[0]) <= 4 else ""
    if not piece.isascii():
        return piece if unicodedata.category(piece) == "So" else ""
    return piece
