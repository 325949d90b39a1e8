"""What a consultant looks up: the open cases, one case, its story."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.desk import callbacks, focus
from bot.desk import cases as stored
from bot.desk.card import card
from bot.desk.desk import MOST_CASES, Desk, Order, Refusal
from bot.desk.lately import last_words
from bot.desk.pages import page_of
from bot.desk.standing import at_words, elapsed, may_read, standing
from bot.desk.thread import thread
from bot.dialogue.say import Offer, Say
from bot.family.contacts import plain_name
from bot.journeys.card import block
from bot.store.tables import Case, Conversation

NEVER = datetime.max.replace(tzinfo=UTC)
LONGEST_PAGE = 850  # characters of a story in one bubble, so that its button stays under it on WhatsApp


async def cases(desk: Desk, order: Order) -> Sequence[Say]:
    """Hers first, and of those the ones that wait for her answer; then the ones that wait to be taken; how many there are
    besides."""
    mine = sorted(await desk.held(), key=lambda case: (case.awaits_since or NEVER, case.id))
    listed = [*mine, *await stored.waiting(desk.session)]
    others = len(await stored.held_by_others(desk.session, desk.me.id))
    if not listed and not others:
        return [Say("desk.cases.none")]
    page = page_of(desk, listed, {"do": "cases"}, order.meaning.get("page", 0))
    lines = [await _line(desk, case) for case in page.items]
    if others:
        lines.append(desk.text("desk.cases.others", count=str(others)))
    values = {"count": str(len(listed) + others), "cases": "\n".join(lines)}
    offers = [desk.offer("case", case) for case in page.items]
    return [Say("desk.cases", values, options=[*offers, *page.more])]


async def _line(desk: Desk, case: Case) -> str:
    conversation = await desk.session.get_one(Conversation, case.conversation_id)
    mine = case.holder_id == desk.me.id
    kind = ("awaits" if case.awaits_since else "held") if mine else "waiting"
    line = desk.text(
        f"desk.cases.{kind}",
        **_asked(desk, case, conversation),
        name=plain_name(conversation) or "–",
        elapsed=elapsed(desk.services, case.awaits_since or case.opened_at, desk.me.language),
    )
    call = callbacks.line(desk.services, case, desk.me.language, number=mine)
    return "\n  ".join([line, *call])


def _asked(desk: Desk, case: Case, conversation: Conversation) -> dict[str, str]:
    texts, language = desk.services.texts, desk.me.language
    return {
        "case": str(case.id),
        "topic": desk.services.labels.title(case.topic, language),
        "reason": texts.word("reason", case.reason, language),
        "urgency": texts.word("urgency", case.urgency, language),
        "channel": texts.word("channel", conversation.channel, language),
        "language": texts.word("language", case.language, language),
    }


async def meant_case(desk: Desk, order: Order) -> Case | list[Say]:
    """The case to look at, open or closed: named, tapped or quoted, else the focus, else her only one, else she is asked."""
    if order.number:
        case = await desk.session.get(Case, order.number) if order.number < MOST_CASES else None
        if case is None:
            raise Refusal(Say("desk.looking.unknown", {"number": str(order.number)}))
        return case
    return await nearest(desk) or desk.which(order.name, await desk.held())


async def nearest(desk: Desk) -> Case | None:
    """The case of the bubble that she quotes, else the one in focus, else the only one that she holds."""
    number = await desk.quoted_number() or await focus.of(desk.services, desk.session, desk.conversation)
    mine = await desk.held()
    if not number and len(mine) == 1:
        number = mine[0].id
    return await desk.session.get(Case, number) if number else None


async def case(desk: Desk, order: Order) -> Sequence[Say]:
    """One case. Its words are shown to its holder and to the head of office; every look is an entry."""
    found = await meant_case(desk, order)
    if isinstance(found, list):
        return found
    await stored.append(desk.services, desk.session, found, "looked_at", desk.me.id)
    state = await standing(desk.services, desk.session, found, desk.me, desk.me.language)
    values = {"case": str(found.id), "state": state}
    if may_read(desk.me, found):
        values["lines"] = await _everything(desk, found)
        return [Say("desk.looking.case_read", values, options=_offers(desk, found))]
    if found.holder_id or found.closed_at:
        return [Say("desk.looking.case", values, options=_offers(desk, found))]
    values["lines"] = await card(desk.services, desk.session, found, desk.me.language, urgent=False)
    return [Say("desk.looking.case_waiting", values, options=_offers(desk, found))]


async def _everything(desk: Desk, found: Case) -> str:
    patient = await desk.session.get_one(Conversation, found.conversation_id)
    lines = [desk.text("desk.looking.asked", **_asked(desk, found, patient))]
    lines.append(
        desk.text("desk.looking.opened", since=at_words(desk.services, found.opened_at, desk.me.language))
    )
    lines.append(desk.text("desk.looking.patient", name=patient.name or "–", phone=patient.phone or "–"))
    if found.awaits_since and not found.closed_at:
        waited = elapsed(desk.services, found.awaits_since, desk.me.language)
        lines.append(desk.text("desk.looking.awaits", elapsed=waited))
    lines += callbacks.line(desk.services, found, desk.me.language, number=True)
    words = await last_words(desk.services, desk.session, found, desk.me.language)
    told = await block(desk.services, desk.session, found, desk.me.language)
    return "\n".join([*lines, "", *told, words])


def _offers(desk: Desk, found: Case) -> list[Offer]:
    """What can be done with it: three at most, so that they are buttons on WhatsApp too."""
    mine = found.holder_id == desk.me.id
    if found.closed_at:
        names = ["write", "history"] if mine or desk.me.listed.head else ["history"]
    elif mine:
        names = ["write", "close", "history"]
    else:
        names = ["take_over" if found.holder_id else "take", "history"]
    return [Offer(name, {"do": name, "case": found.id}) for name in names]


async def history(desk: Desk, order: Order) -> Sequence[Say]:
    """The story of a case, its newest page first; the button leads back."""
    found = await meant_case(desk, order)
    if isinstance(found, list):
        return found
    number = order.meaning.get("page", 0)
    if not number:
        await stored.append(desk.services, desk.session, found, "looked_at", desk.me.id)
    readable = may_read(desk.me, found)
    told = await thread(desk.services, desk.session, found, desk.me.language, words=readable)
    pages = _pages(told)
    number = min(number, len(pages) - 1)
    values = {"case": str(found.id), "lines": "\n".join(pages[-1 - number])}
    back = [Offer("earlier", {"do": "history", "case": found.id, "page": number + 1})]
    offers = back if number + 1 < len(pages) else []
    return [Say("desk.history" if readable else "desk.history.no_words", values, options=offers)]


def _pages(told: Sequence[tuple[str, str]]) -> list[list[str]]:
    """(day, line) in pages, oldest first; each page names its days. Cut from the end: the newest page is full."""
    pages: list[list[tuple[str, str]]] = [[]]
    size = 0
    for day, line in reversed(told):
        if pages[-1] and size + len(line) > LONGEST_PAGE:
            pages.append([])
            size = 0
        pages[-1].append((day, line))
        size += len(line)
    return [_with_days(page[::-1]) for page in reversed(pages)]


def _with_days(page: Sequence[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    shown = ""
    for day, line in page:
        lines += [line] if day == shown else [day, line]
        shown = day
    return lines
