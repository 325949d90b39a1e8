"""What is done in a case from its page: an order of `bot/desk`, carried out as if she had written it in her chat.

Her form is kept as a bubble of hers (`account` console), once: a form sent twice is done once. What the order tells her is
shown on the page instead of in the chat; its buttons are the same one-time choices as there.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.console.case import address_of, number_in, opened
from bot.console.pages import text, unknown
from bot.console.told import leave, page_in
from bot.console.visit import Visit
from bot.desk import roster, visits
from bot.desk.claim import TAKEN
from bot.desk.desk import Desk, Order
from bot.desk.listen import carry_out, tapped
from bot.desk.orders.focusing import REOPENED
from bot.dialogue.say import Offer, Say, in_words, put_on_offer
from bot.store.audit import record
from bot.store.tables import Case, Choice, Conversation, Entry, Message

ACCOUNT = "console"
ON_THE_PAGE = ("take", "take_over", "release", "close", "reopen", "relay", "note", "transfer")
WITH_WORDS = ("relay", "note")
OFFERED = (
    "take",
    "take_over",
    "relay",
    "transfer",
    "send_note",
    "undo",
    "outcome",
    *visits.ORDERS,
    "propose_slot",
)
NOW_HERS = (
    TAKEN,
    REOPENED,
)  # what she is told when she has just become the holder: she reads it from here on
LONGEST_WORDS = 4000
LONGEST_ONCE = 64


type Ordered = Callable[[Desk], Awaitable[Order | None]]


async def act(visit: Visit) -> Response:
    """Carry out what the form of a case says, then show the page it was sent from again."""
    number, words = number_in(visit), visit.form.get("words", "").strip()[:LONGEST_WORDS]

    async def ordered(desk: Desk) -> Order | None:
        return await _order(desk, visit.form, number, words)

    return await carried(visit, ordered, number, page_in(visit, address_of(number)), words)


async def carried(visit: Visit, ordered: Ordered, number: int, page: str, words: str = "") -> Response:
    """What is ordered, carried out at her desk; what she is told of it is left for `page`, which is shown next."""
    if visit.me is None or visit.session is None:
        return await unknown(visit)
    async with visit.services.database.session() as session:
        desk = await _desk(visit, session, words)
        order = await ordered(desk) if desk else None
        if desk and order:
            await _do(visit, desk, order, number, page)
    return RedirectResponse(page, 303)


async def _desk(visit: Visit, session: AsyncSession, words: str) -> Desk | None:
    """Her desk, her chat locked as in a turn of hers; None when this form was sent before, or she has left."""
    assert visit.me is not None
    assert visit.session is not None
    me = await roster.colleague(visit.services, session, visit.me.id)
    chat = await session.get(Conversation, visit.session.conversation_id, with_for_update={"key_share": True})
    message = await _kept(visit, session, chat, words) if chat else None
    if me is None or chat is None or message is None:
        return None
    return Desk(visit.services, session, chat, message, me)


async def _kept(visit: Visit, session: AsyncSession, chat: Conversation, words: str) -> Message | None:
    now = visit.services.clock()
    row = {
        "conversation_id": chat.id,
        "channel": chat.channel,
        "account": ACCOUNT,
        "provider_id": visit.form.get("once", "")[:LONGEST_ONCE],
        "reference": "",
        "body": {"text": words},
        "verdict": "none",
        "attempts": 0,
        "received_at": now,
        "answered_at": now,
    }
    statement = insert(Message).values(row).on_conflict_do_nothing(constraint="messages_once")
    return (await session.scalars(statement.returning(Message))).one_or_none()


async def _order(desk: Desk, form: Mapping[str, str], number: int, words: str) -> Order | None:
    """Of a button that an order offered, or of the page; None for anything else."""
    if token := form.get("token", ""):
        choice = await desk.session.get(Choice, token)
        theirs = choice is not None and choice.conversation_id == desk.conversation.id
        meaning = choice.meaning if choice and theirs else {}
        return await tapped(desk, meaning) if meaning.get("do") in OFFERED else None
    name = form.get("order", "")
    if name not in ON_THE_PAGE or (name in WITH_WORDS and not words):
        return None
    meaning = {"do": name, "case": number}
    if name == "transfer":
        meaning |= {"to": form.get("to", ""), "note": words}
    return Order(name, words if name == "note" else "", meaning)


async def _do(visit: Visit, desk: Desk, order: Order, number: int, page: str) -> None:
    """The order, the line in the audit log when it changed something, and what she reads of it."""
    before = await _last_entry(desk)
    says = await carry_out(desk, order)
    for further in desk.afterwards:
        await further()
    await desk.session.flush()
    about = order.number or number
    if await _last_entry(desk) != before:
        record(desk.session, desk.services.clock, order.name, who=desk.me.id, case_id=about)
    if any(say.key in NOW_HERS for say in says):
        await opened(visit, desk.session, await desk.session.get_one(Case, about))
    texts = [_words(visit, say) for say in says]
    await leave(visit, desk.session, page, texts, number, await _buttons(visit, desk, says))


async def _last_entry(desk: Desk) -> int:
    """Whatever changes a case leaves an entry of hers."""
    query = select(func.max(Entry.id)).where(Entry.consultant_id == desk.me.id)
    return await desk.session.scalar(query) or 0


async def _buttons(visit: Visit, desk: Desk, says: list[Say]) -> list[dict[str, str]]:
    offers = [one for say in says for one in say.options or () if isinstance(one, Offer)]
    shown = [one for one in offers if one.meaning.get("do") in OFFERED]
    options = await put_on_offer(desk.services, desk.session, desk.conversation, shown, visit.language)
    return [{"token": one.token, "title": one.title} for one in options]


def _words(visit: Visit, say: Say) -> str:
    """As in the chat; but what was written lately stands on the page already."""
    if say.key == TAKEN:
        return text(visit, "taken", case=say.values["case"])
    services = visit.services
    values = in_words(services, say.values, visit.language)
    return services.texts.render(say.key, visit.language, values, services.office, services.real).text
