"""What came of a case: one tap after it was closed. Nobody is asked twice, and another tap changes it."""

from collections.abc import Sequence

from bot.desk import cases
from bot.desk.desk import MOST_CASES, Desk, Order, Refusal
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case

OUTCOMES = ("answered", "referred", "booked", "not_for_us", "unreachable")


def outcome_offers(case: Case) -> list[Offer]:
    """The buttons under "closed"."""
    return [
        Offer(f"outcome_{name}", {"do": "outcome", "case": case.id, "outcome": name}) for name in OUTCOMES
    ]


async def outcome(desk: Desk, order: Order) -> Sequence[Say]:
    number, name = order.number, str(order.meaning["outcome"])
    case = await cases.locked(desk.session, number) if number < MOST_CASES else None
    if case is None:
        raise Refusal(Say("desk.looking.unknown", {"number": str(number)}))
    if case.closed_at is None:  # taken up again since: its end is still to come
        return [Say("desk.outcome.open", {"case": str(number)})]
    if case.outcome != name:
        case.outcome = name
        await cases.append(desk.services, desk.session, case, "outcome", desk.me.id, outcome=name)
    word = desk.services.texts.word("outcome", name, desk.me.language)
    return [Say("desk.outcome.kept", {"case": str(number), "outcome": word}, options=())]
