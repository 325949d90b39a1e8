"""What a message answers, step by step: by its words, by who and what it names, by its label."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import phonenumbers

from bot.entities import subjects
from bot.entities.named import values
from bot.journeys.steps import FREE, Answer, Step, journeys

if TYPE_CHECKING:
    from actions.turn import Turn

type Answers = dict[str, Answer]

COUNTRY = "MX"  # of a number written without one
CHILD_UNTIL, ADULT_UNTIL = 18, 65  # years
_MONTHS = re.compile(r"\b\d{1,2}\s*(?:mes(?:es)?|semanas?|d[ií]as?|months?|weeks?|days?)\b", re.IGNORECASE)
_YEARS = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_UNIT = r"\s*(?:a[nñ]os|mes(?:es)?|years?|months?|yo|y/o)\b"
_NO_SPAN = (
    r"(?!\s+(?:de(?!\s+edad)|con|sin|que|desde|padec|sufr|batall|with|of(?!\s+age)|since|without|in\b|ago))"
)
_SOMEBODY_IS = r"\b(?:tiene|tengo|cumpli[oó]|edad:?|aged?|turned|s?he(?:\sis|['’]s)|i(?:\sam|['’]m))\s"
_OF = r"(?P<of>\b(?:de|is)\s|['’]s\s)"  # of somebody who stands right before it
_TOLD_AGE = re.compile(  # how old somebody is, not for how long: "tiene 67 años", not "tiene 5 años con dolor", "38.5"
    rf"(?:{_SOMEBODY_IS}|{_OF})\s*\d{{1,3}}"
    rf"(?:{_UNIT}{_NO_SPAN}|\s*(?:$|[.,;!](?!\d)|(?=(?:y|and)\s+(?!medio|half))))",
    re.IGNORECASE,
)
_AGE_ALONE = re.compile(
    r"\W*(?:(?:ya )?(?:tiene|tengo|es de|s?he(?: is|['’]s)|i(?: am|['’]m))\s+\d{1,3}(?:\s*(?:a[nñ]os|years?(?: old)?|yo|y/o))?"
    r"|\d{1,3}\s*(?:a[nñ]os|years?(?: old)?|yo|y/o))\W*",
    re.IGNORECASE,
)
_LIVES_IN = re.compile(  # what stands before the name of a city
    r"\b(?:viv(?:o|e|en|imos)|est(?:oy|a|á|an|án|amos)|somos|soy|radic(?:o|a|an|amos)|lives?|i'm|we're|am|are|is)"
    r"(?:\s+(?:ac[aá]|aqu[ií]|here))?\s+(?:en|de|in|from)\s+$",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\W*(?:yo )?(?:soy|somos|i am|i['’]?m|we are|we['’]re)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:[,;\n]|\.(?!\d))+")
MORE_THAN = 6  # words of a message that is no plain answer to one question


def read(step: str, turn: "Turn") -> Answer | None:
    """The answer to a step in a message that is none of something else; None when it has to be asked again."""
    one = journeys().steps[step]
    if step == "who" and values(turn.named, "relative"):  # "para mi hija" is not "para mí"
        return {"value": "relative"}
    if value := one.meant(turn.text):
        return {"value": value, "words": turn.text} if one.kind == "age" else {"value": value}
    if not one.needed and (journeys().skips(turn.text) or _declines(one, turn)):
        return {"skipped": True}
    found = _READERS[one.kind](step, turn) if one.kind in _READERS else None
    return found if found or one.kind == "phone" else _words(step, turn)


def _declines(one: Step, turn: "Turn") -> bool:
    return turn.label == "deny" and not one.if_no and not journeys().corrects(turn.text)


def _words(step: str, turn: "Turn") -> Answer | None:
    one = journeys().steps[step]
    if turn.label == "affirm" and one.if_yes:
        return {"value": one.if_yes}
    if turn.label == "deny" and one.if_no:
        return {"value": one.if_no}
    if turn.label == "affirm" and one.kind == "choice":
        return None  # "sí" to a question of several
    return {"words": turn.text} if turn.text.strip() else None


def _relation(step: str, turn: "Turn") -> Answer | None:
    found = values(turn.named, "relative")
    return {"value": found[0]} if found else None


def _specialty(step: str, turn: "Turn") -> Answer | None:
    found = subjects(turn.named)
    return {"value": str(found[0])} if found else None


def _city(step: str, turn: "Turn") -> Answer | None:
    found = values(turn.named, "city")
    if not found:
        return None
    exact = "," in turn.text and len(turn.text.split()) <= MORE_THAN  # "Cholula, Puebla"
    return {"value": found[0], "words": turn.text} if exact else {"value": found[0]}


def _home(step: str, turn: "Turn") -> Answer | None:
    """Where no city was asked for: one that is not where they want to go ("que la vean en Los Ángeles")."""
    found = _homes(turn)
    return {"value": found[0]} if found else None


def _homes(turn: "Turn") -> list[str]:
    away = journeys().steps["city"].destinations
    return [city for city in values(turn.named, "city") if city not in away]


def _age(step: str, turn: "Turn") -> Answer | None:
    if "child" in values(turn.named, "age_group") or _MONTHS.search(turn.text):
        return {"value": "child", "words": turn.text}
    return _group(turn.text)


def _group(words: str) -> Answer | None:
    """The age group of the first number that may be an age."""
    found = _YEARS.search(words)
    if found is None:
        return None
    age = int(found[0])
    group = "child" if age < CHILD_UNTIL else "adult" if age < ADULT_UNTIL else "senior"
    return {"value": group, "words": words.strip(" ,.;!")}


def tells_age(turn: "Turn") -> bool:
    """Whether a message is little more than an age: "58", "58 años", "ya tiene 58"."""
    return bool(_YEARS.search(turn.text)) and len(turn.text.split()) <= 3


def _named_age(step: str, turn: "Turn") -> Answer | None:
    """Where no age was asked for: "tiene 67 años", "mi hijo de 7 años"; not "hace 5 años", "un dolor de 5 años"."""
    people = {it.end for it in turn.named if it.kind in ("relative", "age_group")}
    told = (
        it for it in _TOLD_AGE.finditer(turn.text) if not it["of"] or {it.start(), it.start() - 1} & people
    )
    found = next(told, None)
    if found and _MONTHS.search(found[0]):
        return {"value": "child", "words": found[0].strip()}
    return _group(found[0]) if found else _age_alone(turn.text)


def _age_alone(text: str) -> Answer | None:
    """An age that is a clause of its own, if it is the only one."""
    ages = [clause for clause in _CLAUSE.split(text) if _AGE_ALONE.fullmatch(clause)]
    return _group(ages[0]) if len(ages) == 1 else None


def _phone(step: str, turn: "Turn") -> Answer | None:
    found = number_in(turn.text)
    return {"value": found} if found else None


def number_in(text: str) -> str:
    """The first telephone number of a text, in international form; "" when there is none that can be."""
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, COUNTRY)), None)
    if found is None:
        return ""
    return phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)


_READERS = {
    "relation": _relation,
    "specialty": _specialty,
    "city": _city,
    "age": _age,
    "phone": _phone,
}
_NAMED = {"specialty": _specialty, "city": _home, "relation": _relation, "age": _named_age}


def first_answers(journey: str, turn: "Turn") -> Answers:
    """What the message that begins a request says already is not asked again."""
    steps = journeys().journeys[journey].steps
    if turn.tapped or "who" not in steps:
        return {}
    found = _all_named(turn)
    if "child" in values(turn.named, "age_group"):
        found["age"] = found.get("age", {"value": "child"})
    if "relation" in found:
        found["who"] = {"value": "relative"}
    elif who := journeys().steps["who"].meant(turn.text):
        found["who"] = {"value": who}
    return found


def told_in_passing(journey: str, turn: "Turn") -> Answers:
    """What a story in free words says of the place and the age, so that neither is asked: "es para mi mamá, 58 años, estamos en
    Morelia". Only where it cannot well be anything else: one city, and that they live there; one age, as an age is told."""
    known = (turn.draft or {}).get("answered", ())
    found: Answers = {}
    lives = [it for it in turn.named if it.kind == "city" and _LIVES_IN.search(turn.text[: it.start])]
    if len(_homes(turn)) == 1 and [it.value for it in lives] == _homes(turn):
        found["city"] = {"value": lives[0].value}
    if age := _age_alone(turn.text):  # "tiene 5 años con dolor" tells of the pain
        found["age"] = age
    asked = journeys().journeys[journey].steps
    return {step: answer for step, answer in found.items() if step in asked and step not in known}


def corrections(journey: str, turn: "Turn") -> Answers:
    """The answers that a message changes, by what it names: those already given, and the open one."""
    steps, draft = journeys().journeys[journey].steps, turn.draft or {}
    known: Sequence[str] = (*draft.get("answered", ()), draft.get("step", ""))
    found = {step: answer for step, answer in _all_named(turn).items() if step in steps}
    if "relation" in found and ("who" in known or "relation" in known):
        found["who"] = {"value": "relative"}
        return found
    return {step: answer for step, answer in found.items() if step in known}


def of_another_step(journey: str, turn: "Turn") -> Answers:
    """What a short message answers that is no answer to the open question of buttons: "58 años" where a city is asked for.

    Empty when the open question takes any words, when the message answers it, asks something, or fits several others.
    """
    step = str((turn.draft or {}).get("step", ""))
    one = journeys().steps.get(step)
    if one is None or one.kind in FREE or "?" in turn.text or len(turn.text.split()) > MORE_THAN:
        return {}
    answer = read(step, turn) or {}
    if "value" in answer or "skipped" in answer:
        return {}
    asked = [other for other in journeys().journeys[journey].steps if other != step]
    if "who" in asked and _I_AM.match(turn.text) and values(turn.named, "relative"):
        return {"who": {"value": "relative"}}  # "soy su hija" tells who asks, not whom the patient is to her
    named = {other: it for other, it in _all_named(turn).items() if other in asked and other != "relation"}
    if "time" in asked and values(turn.named, "time"):
        named["time"] = {"words": turn.text}
    chosen = {other: {"value": value} for other in asked if (value := _chosen(other, turn.text))}
    return named or (chosen if len(chosen) == 1 else {})


def _chosen(step: str, text: str) -> str:
    one = journeys().steps[step]
    return one.meant(text) if one.kind == "choice" and not one.needed else ""


def named_alone(journey: str, turn: "Turn") -> str:
    """The step that a message names and says no more: "la ciudad"; "" for any other message."""
    return journeys().named_to_change(journey, turn.text) if len(turn.text.split()) <= 2 else ""


def _all_named(turn: "Turn") -> Answers:
    read_all = ((step, reader(step, turn)) for step, reader in _NAMED.items())
    return {step: answer for step, answer in read_all if answer}
