"""What people type instead of tapping, read narrowly: who she is to the patient, by what right, yes and no; and the wish that
a relative may follow the case. Pure."""

import re

from bot.dialogue.choices import folded
from bot.entities import Entities
from bot.entities.named import values
from bot.family.contacts import LONGEST_RELATION
from bot.texts import TextBook

LONGEST_ANSWER = 60  # characters: more is a story, or a question
MOST_WORDS = 3  # of a relation that no list knows
_MINE = re.compile(r"\b(?:mi|mis|nuestr[oa]s?|my|our)\b")
_AROUND = re.compile(r"^(?:(?:yo|soy|su|sus|el|la|un|una|i|am|i'm|im|a|an|the|his|her|their)\b\s*)+")
_AUTHORITIES = {
    "guardian": re.compile(r"\b(?:tutora?|guardian|custodia)\b"),
    "asked": re.compile(r"\b(?:pidio|pedido|encargo|asked|autorizo|permiso|permission)\b"),
    "parent": re.compile(
        r"\b(?:menor|minor|soy (?:su|el|la) (?:madre|padre|mama|papa)|"
        r"(?:her|his|their|the) (?:mother|father|mom|dad|parent))\b"
    ),
}
_NEITHER = re.compile(r"\b(?:no|nadie|nobody|not|none|didn't)\b")  # "nobody asked me to"
_YES = re.compile(r"(?:si|yes|acepto|de acuerdo|estoy de acuerdo|i agree|agree|ok|okay|claro)(?:\W.*)?")
# What is wished for a relative. Each stands beside one who is named: "agregar estudios de mi mamá" is none.
_INVITES = (
    re.compile(r"\b(?:invit|agreg|anad|inclu|sum)\w*\s+(?:tambien\s+)?a\s+(?:mi|mis|nuestr\w+)\b"),
    re.compile(
        r"\bmis?\s+\w+(?:\s+\w+)?\s+(?:tambien\s+)?(?:pueda|puede|podria)n?\s+(?:tambien\s+)?"
        r"(?:ver(?:lo)?|entrar|escribir\w*|saber|preguntar|enterarse|seguir|participar)\b"
    ),
    re.compile(r"\b(?:invite|add|include)\s+my\b"),
    re.compile(
        r"\bmy\s+\w+(?:\s+\w+)?\s+(?:can|could|to)\s+(?:also\s+)?(?:see|follow|join|write|ask|know|be)\b"
    ),
    re.compile(r"\b(?:can|could)\s+my\s+\w+\s+(?:also\s+)?(?:see|follow|join|write|ask|know)\b"),
)


def relation_of(entities: Entities, text: str) -> str:
    """The relation that a short answer names ("soy su hija"); "" for "es mi mamá", which says it the other way round."""
    if "?" in text or len(text) > LONGEST_ANSWER or _MINE.search(folded(text)):
        return ""
    return next(iter(values(entities.find(text), "relative")), "")


def own_relation(text: str) -> str:
    """Two or three words that may be a relation no list knows ("soy su vecina"); "" otherwise."""
    words = _AROUND.sub("", folded(text))
    plain = " ".join(re.sub(r"[^\w\s]", " ", words).split())
    fits = 0 < len(plain) <= LONGEST_RELATION and len(plain.split()) <= MOST_WORDS
    told = "?" not in text and not _MINE.search(folded(text)) and not any(sign.isdigit() for sign in plain)
    return plain if fits and told else ""


def authority_of(text: str) -> str:
    if "?" in text or len(text) > LONGEST_ANSWER:
        return ""
    typed = folded(text)
    if _NEITHER.search(typed):
        return ""
    return next((name for name, words in _AUTHORITIES.items() if words.search(typed)), "")


def agreed(texts: TextBook, text: str) -> bool | None:
    """Yes, no, or neither."""
    if texts.declines(text):
        return False
    typed = folded(text)
    return True if "?" not in text and len(typed) <= LONGEST_ANSWER and _YES.fullmatch(typed) else None


def wants_to_invite(entities: Entities, text: str) -> bool:
    """ "Quiero que mi hija también pueda ver", "can my sister also write?"."""
    typed = folded(text)
    return any(words.search(typed) for words in _INVITES) and bool(values(entities.find(text), "relative"))
