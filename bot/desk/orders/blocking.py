"""Stopping an abuser: confirmed by a button, undone by a word; the head of office knows, without a word of anybody's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from bot.desk import cases, held, roster
from bot.desk.card import refresh
from bot.desk.cases import append
from bot.desk.desk import LISTED, MOST_CASES, Desk, Order, Refusal
from bot.desk.orders.writing import holder_of
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case, Conversation, Send

OUTCOME = "blocked"


async def block(desk: Desk, order: Order) -> Sequence[Say]:
    """Asks first; from the tap on what this person writes is only stored (bot/conversation/blocked.py), red flags excepted."""
    case = await _case(desk, order)
    if isinstance(case, list):
        return case
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    values = {"case": str(case.id)}
    if patient.blocked_at:
        return [Say("desk.blocking.already", values)]
    running = await cases.open_case_of(desk.session, patient.id)
    if running and running.holder_id not in (None, desk.me.id):
        told = {"case": str(running.id), "consultant": await holder_of(desk, running) or "–"}
        return [Say("desk.blocking.of_another", told)]
    if not order.meaning.get("sure"):
        return [_sure(case)]
    await _mark(desk, case, desk.services.clock())
    await _end(desk, case, running)
    await _tell_head(desk, case, "desk.blocking.told")
    undo = Offer("unblock", {"do": "unblock", "case": case.id})
    return [Say("desk.blocking.done", values, options=[undo])]


async def _mark(desk: Desk, case: Case, at: datetime | None) -> None:
    """Every chat of theirs that one knows of."""
    chats = update(Conversation).where(Conversation.id.in_(await cases.chats_of(desk.session, case)))
    await desk.session.execute(chats.values(blocked_at=at))


def _sure(case: Case) -> Say:
    offers = [
        Offer("block_now", {"do": "block", "case": case.id, "sure": True}),
        Offer("keep", {"do": "keep"}),
    ]
    return Say("desk.blocking.sure", {"case": str(case.id)}, options=offers, asks=True)


async def _end(desk: Desk, case: Case, running: Case | None) -> None:
    """The case is closed, nobody is told by it; the entry stays. What waited for them is not sent."""
    ended = running or case
    await append(desk.services, desk.session, ended, "blocked", desk.me.id)
    ended.outcome = OUTCOME
    theirs = Send.conversation_id.in_(await cases.chats_of(desk.session, case))
    await held.withdraw(desk.services, desk.session, theirs, "blocked")
    if running:
        await cases.close(desk.services, desk.session, running, desk.me.id)
        await refresh(desk.services, desk.session, running)


async def keep(desk: Desk, order: Order) -> Sequence[Say]:
    return [Say("desk.blocking.kept")]


async def unblock(desk: Desk, order: Order) -> Sequence[Say]:
    """The assistant answers this person again; the case stays closed."""
    number = order.number or await desk.quoted_number()
    if not number:
        return await _which(desk)
    case = await _any_case(desk, number)
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    values = {"case": str(case.id)}
    if patient.blocked_at is None:
        return [Say("desk.blocking.not_blocked", values)]
    await _mark(desk, case, None)
    await append(desk.services, desk.session, case, "unblocked", desk.me.id)
    await _tell_head(desk, case, "desk.blocking.told_undone")
    return [Say("desk.blocking.undone", values, options=[Offer("write", {"do": "write", "case": case.id})])]


async def _case(desk: Desk, order: Order) -> Case | list[Say]:
    """The case named, tapped or quoted, open or not; else the only one she holds, else she is asked."""
    mine = await desk.held()
    number = order.number or await desk.quoted_number() or (mine[0].id if len(mine) == 1 else 0)
    return await _any_case(desk, number) if number else desk.which("block", mine)


async def _any_case(desk: Desk, number: int) -> Case:
    case = await cases.locked(desk.session, number) if number < MOST_CASES else None
    if case is None:
        raise Refusal(Say("desk.unknown_case", {"case": str(number)}))
    return case


async def _which(desk: Desk) -> Sequence[Say]:
    """The last case of each person who is blocked, blocked last first."""
    last = select(func.max(Case.id)).join(Conversation, Conversation.id == Case.conversation_id)
    last = last.where(Conversation.blocked_at.is_not(None)).group_by(Conversation.id)
    query = select(Case).join(Conversation, Conversation.id == Case.conversation_id)
    query = query.where(Case.id.in_(last)).order_by(Conversation.blocked_at.desc()).limit(LISTED)
    found = (await desk.session.scalars(query)).all()
    if not found:
        return [Say("desk.blocking.none")]
    return [Say("desk.blocking.which", options=[desk.offer("unblock", case) for case in found], asks=True)]


async def _tell_head(desk: Desk, case: Case, key: str) -> None:
    for person in await roster.colleagues(desk.services, desk.session):
        if not person.listed.head or person.id == desk.me.id:
            continue
        chat = person.conversations[0]
        say = Say(key, {"case": str(case.id), "consultant": desk.me.name})
        await tell(desk.services, desk.session, person, [say], chat, case_id=case.id)
