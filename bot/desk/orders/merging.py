"""`unir 104 107`: two cases of the same person become one. Confirmed by a button that names both: it is about two chats."""

import functools
from collections.abc import Sequence
from re import split

from bot.desk import cases
from bot.desk.claim import take_case
from bot.desk.desk import Desk, Order, Refusal
from bot.desk.lately import last_words
from bot.desk.merging import merge as join
from bot.desk.orders.holding import show_files
from bot.desk.orders.writing import holder_of
from bot.dialogue.say import Offer, Say
from bot.family.contacts import plain_name
from bot.store.tables import Case, Conversation
from bot.texts.commands import plain

BETWEEN = {"y", "con", "al", "en", "los", "casos", "and", "with", "into", "to", "the", "cases"}
LONGEST_NUMBER = 9  # digits


async def merge(desk: Desk, order: Order) -> Sequence[Say] | None:
    """None when it is no talk of cases: "merge the two files, please" is for the patient."""
    numbers = _numbers(desk, order)
    if numbers is None:
        return None
    if len(set(numbers)) != 2:
        return [Say("desk.merging.two")]
    kept, ended = await _both(desk, numbers)
    if not order.meaning.get("sure"):
        return [await _sure(desk, kept, ended)]
    if ended.holder_id and kept.holder_id is None:
        await take_case(desk.services, desk.session, desk.conversation, desk.me, kept)
    await join(desk.services, desk.session, kept, ended, desk.me.id)
    if kept.holder_id:
        desk.afterwards.append(functools.partial(show_files, desk, kept, desk.me))
    return [await _done(desk, kept, ended)]


async def keep_apart(desk: Desk, order: Order) -> Sequence[Say]:
    return [Say("desk.merging.kept_apart")]


def _numbers(desk: Desk, order: Order) -> list[int] | None:
    """The case numbers that the order names, in order; None when it says anything else."""
    if order.meaning.get("other"):
        return [order.meaning["case"], order.meaning["other"]]
    words = [word for word in split(r"[\s#,+&.:]+", plain(order.rest)) if word]
    numbers = [word for word in words if word.isdecimal() and len(word) <= LONGEST_NUMBER]
    spoken = BETWEEN | desk.services.texts.number_words
    if not all(word in spoken for word in words if word not in numbers):
        return None
    return [int(number) for number in numbers]


async def _both(desk: Desk, numbers: Sequence[int]) -> tuple[Case, Case]:
    """The one that stays and the one that ends in it, locked. Refused unless both are open, and hers or nobody's."""
    found = {case.id: case for case in await cases.all_locked(desk.session, numbers)}
    for number in numbers:
        values = {"case": str(number)}
        if number not in found:
            raise Refusal(Say("desk.unknown_case", values))
        case = found[number]
        if case.closed_at:
            raise Refusal(Say("desk.already_closed", values))
        if case.holder_id not in (None, desk.me.id):
            holder = await holder_of(desk, case) or "–"
            raise Refusal(Say("desk.merging.of_another", {**values, "consultant": holder}))
    return found[numbers[0]], found[numbers[1]]


async def _sure(desk: Desk, kept: Case, ended: Case) -> Say:
    values = {"case": str(kept.id), "closed": str(ended.id)}
    meaning = {"do": "merge", "case": kept.id, "other": ended.id, "sure": True}
    offers = [
        Offer("merge", meaning, desk.text("desk.merging.button", **values)),
        Offer("keep_apart", {"do": "keep_apart"}),
    ]
    lines = {"one": await _line(desk, kept), "other": await _line(desk, ended)}
    return Say("desk.merging.sure", {**values, **lines}, options=offers, asks=True)


async def _line(desk: Desk, case: Case) -> str:
    """The case as she may know it: no name before it is taken."""
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    values = {"case": str(case.id), "channel": _channel(desk, patient)}
    name = plain_name(patient) if case.holder_id == desk.me.id else ""
    if not name:
        return desk.text("desk.merging.line.unnamed", **values)
    return desk.text("desk.merging.line", **values, name=name)


def _channel(desk: Desk, patient: Conversation) -> str:
    return desk.services.texts.word("channel", patient.channel, desk.me.language)


async def _done(desk: Desk, kept: Case, ended: Case) -> Say:
    values = {"case": str(kept.id), "closed": str(ended.id)}
    if kept.holder_id is None:
        take = Offer("take", {"do": "take", "case": kept.id})
        return Say("desk.merging.done_waiting", values, options=[take])
    patient = await desk.session.get_one(Conversation, kept.conversation_id)
    values["channel"] = _channel(desk, patient)
    values["messages"] = await last_words(desk.services, desk.session, kept, desk.me.language)
    offers = [Offer(order, {"do": order, "case": kept.id}) for order in ("write", "close", "release")]
    return Say("desk.merging.done", values, options=offers)
