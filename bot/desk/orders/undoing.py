"""Taken back: what she wrote and has not left yet."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, Select, select

from bot.channels.errors import OutcomeUnknown
from bot.desk import cases, focus, targets
from bot.desk.desk import Desk, Order
from bot.desk.orders.writing import shown
from bot.dialogue.say import Say
from bot.outbox.draft import RELAY
from bot.store.tables import Case, Message, Send

WAITING = ("pending", "held")


async def undo(desk: Desk, order: Order) -> Sequence[Say]:
    """What still waits of the bubbles that the button names, or of all that she wrote in this chat, reaches nobody."""
    about = order.meaning.get("messages") or await _newest(desk)
    if not about:
        return [Say("desk.undo.nothing")]
    numbers = await desk.session.scalars(_relays(about).with_only_columns(Send.case_id).distinct())
    says: list[Say] = []
    for number in sorted(number for number in numbers if number):
        case = await cases.locked(desk.session, number)
        if case is not None:
            says.append(await _take_back(desk, case, about))
    return says or [Say("desk.undo.nothing")]


def _relays(about: Sequence[int] | ScalarSelect[int]) -> Select[Send]:
    return select(Send).where(
        Send.purpose == RELAY.name, Send.state != "cancelled", Send.answers_id.in_(about)
    )


async def _newest(desk: Desk) -> Sequence[int]:
    """Her bubbles that are about to leave; else the one relayed last, which may be held or gone."""
    mine = select(Message.id).where(Message.conversation_id == desk.conversation.id).scalar_subquery()
    pending = _relays(mine).where(Send.state == "pending").with_only_columns(Send.answers_id).distinct()
    last = _relays(mine).with_only_columns(Send.answers_id).order_by(Send.id.desc()).limit(1)
    found = (await desk.session.scalars(pending)).all() or (await desk.session.scalars(last)).all()
    return [number for number in found if number]


async def _take_back(desk: Desk, case: Case, about: Sequence[int]) -> Say:
    """Of one case, which is locked. What may already be with the provider counts as gone."""
    values = {"case": str(case.id)}
    query = _relays(about).where(Send.case_id == case.id).order_by(Send.id).with_for_update(key_share=True)
    sends = (await desk.session.scalars(query.execution_options(populate_existing=True))).all()
    back = [one for one in sends if one.state in WAITING and one.error != OutcomeUnknown.__name__]
    if not back:
        return Say("desk.undo.too_late", values)
    for one in back:
        one.state = "cancelled"
    await _forget(desk, case, [one.answers_id for one in back if one.answers_id])
    if len(back) < len(sends):
        return Say("desk.undo.partly", values)
    return await _done(desk, case, [one.answers_id for one in back if one.answers_id])


async def _forget(desk: Desk, case: Case, messages: Sequence[int]) -> None:
    """The patient still waits for her words, and her next line is looked at anew."""
    for number in dict.fromkeys(messages):
        await cases.append(desk.services, desk.session, case, "undone", desk.me.id, message=number)
    await targets.patient_wrote(desk.services, desk.session, case)
    await focus.wrote_to(desk.session, desk.conversation, 0)


async def _done(desk: Desk, case: Case, messages: Sequence[int]) -> Say:
    """With her other cases as buttons: one tap sends it to whom it was meant for."""
    query = select(Message).where(Message.id.in_(messages)).order_by(Message.id)
    lines = (await desk.session.scalars(query)).all()
    others = [one for one in await desk.held() if one.id != case.id]
    kept = [line.id for line in lines]
    offers = [desk.offer("relay", one, messages=kept) for one in others[:9]]
    return Say("desk.undo.done", {"case": str(case.id), "words": shown(desk, lines)}, options=offers)
