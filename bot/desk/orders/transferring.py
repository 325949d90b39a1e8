"""A case passed on to a colleague, by name and with a note; and given back."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from re import DOTALL
from re import compile as pattern
from uuid import UUID

from sqlalchemy import select

from bot.desk import cases, focus, handover, roster, switches
from bot.desk.claim import tell_patient
from bot.desk.desk import LISTED, MOST_CASES, Desk, Order, Refusal
from bot.desk.orders.holding import show_files
from bot.desk.roster import Colleague
from bot.dialogue.choices import folded
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case, Entry

_WISH = pattern(
    r"(?:(?:el\s+|la\s+|the\s+)?(?:caso\s+|case\s+)?#?(?P<number>\d{1,9})(?!\w)\s*)?"
    r"(?P<to>(?:a|al|to|para)\s+)?(?P<name>[^:,\n]*)(?P<mark>[:,\n]\s*)?(?P<note>.*)",
    DOTALL,
)
LONGEST_NAME = 4  # words
ALIKE = 0.75  # how much of a misspelt name has to be right
LONGEST_TITLE = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What she asked: "104 a Bruno: llamar el lunes". `to`: the colleague, when she tapped one; `anyway`: though away."""

    number: int = 0
    name: str = ""
    note: str = ""
    addressed: bool = False  # the name follows "a" or "to"
    noted: bool = False  # the note follows a colon
    to: str = ""
    anyway: bool = False


def read(rest: str) -> Wish:
    """What the words after the command ask."""
    match = _WISH.fullmatch(rest.strip())
    if match is None:
        return Wish(name=rest)
    number = int(match["number"] or 0)
    mark, note = match["mark"] or "", match["note"].strip()
    return Wish(number, match["name"].strip(), note, bool(match["to"]), ":" in mark)


def named(people: Sequence[Colleague], name: str) -> list[Colleague]:
    """Those whom these parts of a name fit, in any order; whole parts count more than beginnings."""
    typed = folded(name).split()
    if not 0 < len(typed) <= LONGEST_NAME:
        return []
    return whole(people, name) or [
        person
        for person in people
        if all(len(t) > 1 and any(part.startswith(t) for part in _parts(person)) for t in typed)
    ]


def whole(people: Sequence[Colleague], name: str) -> list[Colleague]:
    """Those of whose name these are parts, in any order."""
    return [person for person in people if set(folded(name).split()) <= set(_parts(person))]


def _parts(person: Colleague) -> list[str]:
    return folded(person.name).split()


def told_apart(wish: Wish, people: Sequence[Colleague]) -> Wish:
    """Name and note of an order for a case that she names, without a colon between: "104 a Bruno ya tiene los estudios"."""
    words = wish.name.split()
    if not wish.number or named(people, wish.name):
        return wish
    for end in range(min(LONGEST_NAME, len(words) - 1), 0, -1):
        name = " ".join(words[:end])
        if len(whole(people, name)) == 1:
            told = ", ".join(part for part in (" ".join(words[end:]), wish.note) if part)
            return replace(wish, name=name, note=told)
    return wish


async def transfer(desk: Desk, order: Order) -> Sequence[Say] | None:
    """None when the words are for the patient after all: "pasar a recoger los estudios"."""
    everybody = await roster.colleagues(desk.services, desk.session)
    people = [person for person in everybody if person.id != desk.me.id]
    wish = _tapped(order) if order.meaning else told_apart(read(order.rest), people)
    mine = await desk.held()
    if not order.meaning and not makes_sense(wish, people, mine):
        return None
    case = await _case(desk, wish, mine)
    to = _whom(wish, people)
    if case is None:
        return _which(desk, mine, wish, to)
    if to is None:
        return [await _ask_whom(desk, case, wish, people)]
    return await _pass_on(desk, case, to, wish)


def _tapped(order: Order) -> Wish:
    meaning = order.meaning
    return Wish(
        number=order.number,
        note=meaning.get("note", ""),
        to=meaning.get("to", ""),
        anyway=meaning.get("anyway", False),
    )


def makes_sense(wish: Wish, people: Sequence[Colleague], mine: Sequence[Case]) -> bool:
    """Whether it is an order: nothing but the command, a case of hers, or somebody's name. A name that is nearly right,
    or a note to nobody we know, is asked about: it must not reach the patient."""
    if wish.number:
        return wish.number in {case.id for case in mine} or not wish.name or bool(named(people, wish.name))
    if not wish.name:
        return not wish.note
    if named(people, wish.name):
        return True
    words = folded(wish.name).split()
    parts = [part for person in people for part in folded(person.name).split()]
    alike = len(words) <= LONGEST_NAME and any(get_close_matches(word, parts, 1, ALIKE) for word in words)
    return wish.addressed and (alike or (wish.noted and len(words) < LONGEST_NAME))


async def _case(desk: Desk, wish: Wish, mine: Sequence[Case]) -> Case | None:
    """Her case that is meant; None when there are several."""
    if wish.number:
        return await desk.my_case(wish.number if wish.number < MOST_CASES else 0)
    if quoted := await desk.quoted():
        return await desk.my_case(quoted.id)
    if focused := await focus.of(desk.services, desk.session, desk.conversation):
        return await desk.my_case(focused)
    return await desk.my_case(mine[0].id) if len(mine) == 1 else None


def _whom(wish: Wish, people: Sequence[Colleague]) -> Colleague | None:
    """The one who is meant; None for nobody, or several."""
    if wish.to:
        return next((person for person in people if str(person.id) == wish.to), None)
    found = named(people, wish.name)
    return found[0] if len(found) == 1 else None


def _which(desk: Desk, mine: Sequence[Case], wish: Wish, to: Colleague | None) -> list[Say]:
    if to is None or not mine:
        return desk.which("transfer", mine, note=wish.note)
    offers = [desk.offer("transfer", case, to=str(to.id), note=wish.note) for case in mine[:LISTED]]
    return [Say("desk.transfer.which_case", {"consultant": to.name}, options=offers, asks=True)]


async def _ask_whom(desk: Desk, case: Case, wish: Wish, people: Sequence[Colleague]) -> Say:
    """Colleagues as buttons, those on duty first; and, where a name was not understood, a way to the patient."""
    values = {"case": str(case.id), "name": wish.name}
    if not people:
        return Say("desk.transfer.nobody", values)
    present = {person.id for person in await roster.on_duty(desk.services, desk.session)}
    fitting = named(people, wish.name) or sorted(people, key=lambda p: p.id not in present)
    offers = [_offer(case, person, wish) for person in fitting[: LISTED - 1]]
    if not wish.name:
        return Say("desk.transfer.whom", values, options=offers, asks=True)
    relay = {"do": "relay", "case": case.id, "messages": [desk.message.id]}
    offers.append(Offer("to_the_patient", relay))
    return Say("desk.transfer.unknown", values, options=offers, asks=True)


def _offer(case: Case, person: Colleague, wish: Wish) -> Offer:
    meaning = {"do": "transfer", "case": case.id, "to": str(person.id), "note": wish.note}
    return Offer("transfer", meaning, person.name[:LONGEST_TITLE])


async def _pass_on(desk: Desk, case: Case, to: Colleague, wish: Wish) -> list[Say]:
    """At once to who is on duty; to somebody away only when she insists: the patient would wait for nobody."""
    values = {"case": str(case.id), "consultant": to.name}
    present = {person.id for person in await roster.on_duty(desk.services, desk.session)}
    if to.id not in present and not wish.anyway:
        anyway = _offer(case, to, wish)
        meaning = {**anyway.meaning, "anyway": True}
        others = Offer("transfer_other", {"do": "transfer", "case": case.id, "note": wish.note})
        options = [replace(anyway, name="transfer_anyway", meaning=meaning, title=""), others]
        return [Say("desk.transfer.away", values, options=options, asks=True)]
    await handover.transfer(desk.services, desk.session, desk.me, case, to, wish.note)
    desk.afterwards.append(functools.partial(show_files, desk, case, to))
    return [Say("desk.transfer.done", values)]


async def give_back(desk: Desk, order: Order) -> Sequence[Say]:
    """To whoever transferred it to her, or to the queue when that person is not on duty any more."""
    meant = await desk.meant(order, await desk.held())
    if isinstance(meant, list):
        return meant
    case = await desk.my_case(meant.id)
    sender = await _sender(desk, case)
    values = {"case": str(case.id), "consultant": sender.name}
    if sender.id in {person.id for person in await roster.on_duty(desk.services, desk.session)}:
        return await _pass_on(desk, case, sender, Wish())
    await cases.release(desk.services, desk.session, case, "consultant")
    case.notify_at = desk.services.clock()
    key = await switches.worded(desk.services, desk.session, "handoff.released")
    await tell_patient(desk.services, desk.session, case, Say(key, {"case": str(case.id)}))
    return [Say("desk.transfer.back_to_queue", values)]


async def _sender(desk: Desk, case: Case) -> Colleague:
    """Who transferred the case to her. Refused when nobody did, or she has left since."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind == "transferred")
    entries = await desk.session.scalars(query.order_by(Entry.id.desc()))
    last = next((entry for entry in entries if UUID(entry.body["to"]) == desk.me.id), None)
    found = last and last.consultant_id
    sender = await roster.colleague(desk.services, desk.session, found) if found else None
    if sender is None:
        raise Refusal(Say("desk.transfer.not_received", {"case": str(case.id)}))
    return sender
