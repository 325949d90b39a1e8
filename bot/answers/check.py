"""Whether an edited answer may be said: the rules of data/texts, each told in words that whoever edits can act on."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.services import Services
from bot.texts import Entry, Wording
from bot.texts.entry import PLACEHOLDER, faults, placeholders

PREFIX = "answer."
SAFETY = "safety"
LANGUAGES = ("es", "en")


@dataclass(frozen=True, slots=True)
class Problem:
    """A key of console.yml (after `console.edit.`) and its values."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


def label_of(services: Services, key: str) -> str:
    """The label that an answer is for: of `answer.ask_cost.named` it is `ask_cost`. Empty for none."""
    label = key.removeprefix(PREFIX).split(".")[0]
    return label if key.startswith(PREFIX) and label in services.labels.names else ""


def is_editable(services: Services, key: str) -> bool:
    """An ordinary answer: none that is said in danger or in place of a physician's advice."""
    known = key.startswith(PREFIX) and key in services.texts.entries
    return known and services.labels.group(label_of(services, key)) != SAFETY


def problems(services: Services, key: str, entry: Entry) -> list[Problem]:
    """What keeps this wording from being said for `key`; nothing when it may be."""
    found = list(_problems(services, services.texts.entries[key], entry))
    if found:
        return found
    long = list(_too_long(services, key, entry))
    # What the rules above have no words for is refused all the same.
    rest = [
        *faults(entry, frozenset(services.texts.buttons)),
        *services.texts.misfits(key, entry, services.office),
    ]
    return long or ([Problem("unfit")] if rest else [])


def _problems(services: Services, shipped: Entry, entry: Entry) -> Iterator[Problem]:
    if not is_complete(entry):
        yield Problem("empty")
        return
    for wording in entry.wordings:
        yield from _unknown(services, shipped, wording)
        if odd := placeholders(wording.es) ^ placeholders(wording.en):
            yield Problem("uneven", {"names": _listed(odd)})
    if lost := _lost(shipped, entry):
        yield Problem("lost", {"names": _listed(lost)})
    if entry.facts and entry.without_facts is None:
        yield Problem("no_without", {"names": _listed({f"fact.{name}" for name in entry.facts})})
    if entry.without_facts and any(name.startswith("fact.") for name in placeholders(entry.without_facts.es)):
        yield Problem("fact_in_without")


def is_complete(entry: Entry) -> bool:
    """Every wording that it has is there in both languages."""
    return all(wording.text(language).strip() for wording in entry.wordings for language in LANGUAGES)


def _unknown(services: Services, shipped: Entry, wording: Wording) -> Iterator[Problem]:
    """What stands in braces and means nothing here. What the file has is known: a value of the caller (`{specialty}`), also a
    fact that this office has not told yet."""
    office = services.office
    known = {"office.name", "office.hospital", "fact.hours"} | {f"fact.{name}" for name in office.all_facts}
    known |= {f"number.{name}" for name in office.emergency_numbers}
    known |= {name for one in shipped.wordings for name in placeholders(one.es)}
    if odd := (placeholders(wording.es) | placeholders(wording.en)) - known:
        yield Problem("unknown", {"names": _listed(odd)})
    if any(brace in PLACEHOLDER.sub("", wording.text(language)) for language in LANGUAGES for brace in "{}"):
        yield Problem("brace")


def _lost(shipped: Entry, entry: Entry) -> set[str]:
    """What an edit may not take away and has: emergency numbers, and what the answer is about."""
    lost = _to_stay(shipped) - _to_stay(entry)
    if shipped.without_facts and entry.without_facts:
        lost |= _to_stay(shipped.without_facts) - _to_stay(entry.without_facts)
    return lost


def _to_stay(wording: Wording) -> set[str]:
    named = placeholders(wording.es)
    return {name for name in named if name.startswith("number.") or "." not in name}


def _too_long(services: Services, key: str, entry: Entry) -> Iterator[Problem]:
    for language in LANGUAGES:
        size = services.texts.longest(key, entry, language, services.office)
        if size > entry.longest:
            told = {"size": str(size), "most": str(entry.longest)}
            yield Problem(f"long.{language}", told)


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
