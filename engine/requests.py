"""Several things in one message: which parts of it ask for something of their own.

"Hola, buenas tardes. ¿A qué hora abren y dónde están?" is no greeting, and two questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_QUESTIONS = "ask_"  # only these have an answer that does no harm when it was not wanted
_SURE = 0.95
_MOST = 2  # more answers than three nobody reads
# What begins a question, as it is written in haste: without a sign, without accents.
_ASKING = (
    r"qu[eé]|cu[aá]l(?:es)?|cu[aá]nt[oa]s?|c[oó]mo|d[oó]nde|a\s?d[oó]nde|cu[aá]ndo|qui[eé]n(?:es)?|por\s?qu[eé]|hay|tienen|puedo|pueden|aceptan|manejan|"
    r"what|which|how|where|when|who|why|do|does|is|are|can|could|may|will|would|should"
)
_NAMED = (
    r"precios?|costos?|horarios?|direcci[oó]n|ubicaci[oó]n|requisitos|tel[eé]fono|quisiera|quiero|necesito|ocupo|"
    r"prices?|cost|hours|address|directions|phone|i(?:'d| would) like|i want|i need|need to know|looking (?:for|to)|"
    r"saber|dec[ií]rme|d[ií]game|me dicen|tell me|know (?:if|whether|about|how|what|where)|wondering"
)
_ENDS = re.compile(r"(?<=[.?!…;\n])\s+|\n+")
_JOINING = r"(?:y|e|and|pero|but|tambi[eé]n|adem[aá]s|also|plus|aparte|otra\s+cosa|another\s+thing)"
# "… y cuánto cuesta", "… and where are you": the second question of a sentence.
_JOINED = re.compile(
    rf"(?:^|[\s,]+){_JOINING}(?:[\s,]+{_JOINING})*[\s,]+"
    rf"(?=(?:(?:y|and|tambi[eé]n|also|a|en|de|con|si|if|q)\s+)?¿?(?:{_ASKING})\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    rf"[?¿]|^\W*(?:(?:y|e|and|also|tambi[eé]n|pero|but|a|en|de|con)\s+)?(?:{_ASKING})\b|\b(?:{_NAMED})\b",
    re.IGNORECASE,
)


Likeliest = tuple["Part", str, float]  # a part, the label that is likeliest for it by itself, and how likely


@dataclass(frozen=True)
class Part:
    """A stretch of a message: where it stands, and whether it is put as a question."""

    start: int
    end: int
    asks: bool


def parts(text: str) -> list[Part]:
    """The stretches of `text` that may each want something; a single one when it cannot be divided."""
    return [
        Part(start, end, bool(_QUESTION.search(text[start:end])))
        for start, end in _stretches(text)
        if text[start:end].strip()
    ]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    cuts = sorted((cut.start(), cut.end()) for pattern in (_ENDS, _JOINED) for cut in pattern.finditer(text))
    start = 0
    for before, after in cuts:
        if before >= start:
            yield start, before
            start = after
    yield start, len(text)


def also_wanted(main: str, ranked: Sequence[Likeliest]) -> list[str]:
    """What is asked beside `main`, of the parts: questions that are surely there."""
    asked = [
        label
        for part, label, likely in ranked
        if part.asks and likely >= _SURE and label.startswith(_QUESTIONS)
    ]
    return [label for label in dict.fromkeys(asked) if label != main][:_MOST]
