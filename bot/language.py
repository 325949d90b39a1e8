"""Which language a message is in: decided the same way by the bot, by the engine and when training.

Nothing of the bot is imported here, and Python 3.10 must be able to read it: the engine uses this module too.
"""

import re
from functools import lru_cache
from math import log

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

DEFAULT = "es"

# Letters say little about very short messages ("hello" looks Spanish to a detector of letter groups), so
# words that exist in only one of the two languages vote as well. No word of both ("no", "me", "a") is listed.
_SPANISH = frozenset(
    """
    hola buenas buenos buen dias días tardes noches gracias sí si claro sale bueno adiós adios por favor
    porfa el la los las un una unos unas de del que qué ke q es son está esta están mi mis su sus para
    pa con sin y o pero como cómo cuando cuándo donde dónde cuanto cuánto cuánta quien quién cual cuál
    quiero quisiera necesito puedo puede pueden tengo tiene va vamos también hay ya más muy usted
    ustedes nos le les lo se al en ayuda disculpe oiga señorita cita precio horario dirección doctora
    mamá papá hija hijo esposo esposa
    """.split()  # noqa: SIM905 (one word per line would be 200 lines)
)
_ENGLISH = frozenset(
    """
    hello hi hey morning afternoon evening thanks thank thx yes yeah yep sure bye goodbye please pls the
    an of that what is are was were this these my your his her their for with without and or but how
    when where who which why want need needs she he can could would should have has there already more
    very i you we they it to in on at from do does did not don't im i'm u ur lol help appointment price
    hours address mom dad daughter son wife husband
    """.split()  # noqa: SIM905 (one word per line would be 200 lines)
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NAME = re.compile(r"(?<=\w[ ,])\s*[A-ZÀ-Þ][a-zß-ÿ]+(?:['’-]\w+)*")  # people's names are of any language
_NOISE = re.compile(r"https?://\S+|\S+@\S+")
_VOTE = 1.5  # one word weighs as much as odds of e^1.5, about 4 to 1, from the letters
_SUREST = 0.98  # that letters may be of a language
_MOST_OF_LETTERS = log(_SUREST / (1 - _SUREST))
_CERTAIN = 1.0  # evidence below this in either direction is "undecidable"
_TOO_SHORT = 4  # letters: "ok", "info", "visa", "stop" belong to nobody
_MOSTLY_OURS = 0.35  # that share of everyday words of ours, whatever the letters say
_ENOUGH_LETTERS = 300  # more text than this changes nothing and costs time

_OTHERS = (
    Language.FRENCH,
    Language.PORTUGUESE,
    Language.GERMAN,
    Language.ITALIAN,
    Language.CHINESE,
    Language.JAPANESE,
    Language.KOREAN,
    Language.RUSSIAN,
    Language.ARABIC,
    Language.HEBREW,
    Language.TAGALOG,
    Language.ARMENIAN,
    Language.PERSIAN,
)
_IN_NAMES = frozenset(
    ("de", "del", "la", "las", "los", "y", "e", "of", "the", "and", "for")
)  # between the words of a name

# Scripts neither language is written in; four such letters are enough, three words are not needed.
_FOREIGN_SCRIPT = re.compile(r"[Ͱ-᷿⺀-힯豈-﷿ﹰ-﻿]")


def detect(text: str, previous: str | None = None) -> str:
    """The language to answer `text` in: "es" or "en". Undecidable text keeps `previous` (else Spanish)."""
    evidence = _evidence(_clean(text))
    if abs(evidence) < _CERTAIN:
        return previous or DEFAULT
    return "es" if evidence > 0 else "en"


def names_only(text: str) -> bool:
    """Whether a text is a name, which tells no language: so short, and so without everyday words ("Puebla"), or all in capitals
    but for what stands between ("Hospital General del Centro")."""
    words = _WORD.findall(_clean(text))
    if len(words) <= 3 and not any(word in _SPANISH or word in _ENGLISH for word in map(str.casefold, words)):
        return True
    return (
        len(words) > 1 and all(word in _IN_NAMES or word.istitle() for word in words) and words[0].istitle()
    )


def is_third_language(text: str) -> bool:
    """True when `text` is clearly neither Spanish nor English nor a mixture of them."""
    clean = _clean(text)
    foreign = len(_FOREIGN_SCRIPT.findall(clean))
    if foreign >= 4:
        return foreign * 2 > sum(map(len, _WORD.findall(clean)))
    clean = _NAME.sub("", clean)
    words = _WORD.findall(clean.casefold())
    if sum(map(len, words)) < 20 or len(words) < 4:
        return False
    # Slang and misspellings look foreign by their letters alone (1 in 500,000 for ours, at worst), so every
    # word of our languages demands still clearer letters: 10^-2.5 with none, 10^-6.5 when it is one in four.
    own = _share_of_own_words(words)
    if own >= _MOSTLY_OURS or _own_confidence(clean) >= 10 ** -(2.5 + 16 * own):
        return False
    # One odd word ("appts", "ruxolitinib") can decide for the whole; it is in one half only.
    middle = len(words) // 2
    return all(_own_confidence(" ".join(half)) < 0.8 for half in (words[:middle], words[middle:]))


def _clean(text: str) -> str:
    return _NOISE.sub(" ", text)[:_ENOUGH_LETTERS]


def _evidence(text: str) -> float:
    """Log odds that `text` is Spanish rather than English; 0 when nothing speaks for either."""
    words = _WORD.findall(text.casefold())
    votes = sum((word in _SPANISH) - (word in _ENGLISH) for word in words)
    if not votes and sum(map(len, words)) <= _TOO_SHORT:
        return 0.0
    if abs(_VOTE * votes) > _MOST_OF_LETTERS + _CERTAIN:
        return _VOTE * votes  # whatever the letters say, and they take most of the time
    spanish = _two_languages().compute_language_confidence(text, Language.SPANISH)
    spanish = min(max(spanish, 1 - _SUREST), _SUREST)
    return log(spanish / (1 - spanish)) + _VOTE * votes


def _share_of_own_words(words: list[str]) -> float:
    return sum(word in _SPANISH or word in _ENGLISH for word in words) / len(words)


def _own_confidence(text: str) -> float:
    values = _all_languages().compute_language_confidence_values(text)
    return sum(v.value for v in values if v.language in (Language.SPANISH, Language.ENGLISH))


@lru_cache(maxsize=1)
def _two_languages() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.SPANISH, Language.ENGLISH).build()


@lru_cache(maxsize=1)
def _all_languages() -> LanguageDetector:
    # The small models: they only have to tell "none of ours", and take 11 MB instead of 120.
    languages = (Language.SPANISH, Language.ENGLISH, *_OTHERS)
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
