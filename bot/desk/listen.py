"""What a consultant types or taps: an order of `bot/desk/orders`, or words for a patient."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import focus, roster
from bot.desk.desk import Desk, Order, Refusal
from bot.desk.orders import ORDERS, doubting
from bot.desk.orders.recording import awaited
from bot.desk.orders.reminding import answered
from bot.dialogue.choices import choice_of
from bot.dialogue.say import Say, compose
from bot.outbox.draft import NOTICE
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Conversation, Message

RELAY, EDIT = Order("relay"), Order("edit")
KEEP_A_FOCUS = (
    "relay",
    "edit",
    "write",
)  # after any other order a focus on a case that is hers no more just ends
SHOW_A_PATIENT = ("take", "take_over", "case", "history", "merge")  # the words of a patient, in this chat


async def listen(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> None:
    """Do what one bubble of a consultant asks, and answer her in her language."""
    if conversation.consultant_id is None:
        return
    me = await roster.colleague(services, session, conversation.consultant_id)
    if me is None:
        return
    desk = Desk(services, session, conversation, message, me)
    says = await carry_out(desk, await _order(desk))
    if not says:
        conversation.awaiting = False  # a number from here on is a number, not a choice
    for say in says:
        await _answer(desk, say)
    for further in desk.afterwards:
        await further()


async def carry_out(desk: Desk, order: Order) -> list[Say]:
    """Do it, wherever it was ordered, and end a focus that it leaves behind. Returns what she is told; `desk.afterwards`
    is still to be done."""
    says = await _obey(desk, order)
    if order.name not in KEEP_A_FOCUS:
        await _end_focus(desk, order, says)
    return says


async def _end_focus(desk: Desk, order: Order, says: list[Say]) -> None:
    """She closed the case, or gave it away: she knows. Or another patient's words are what she reads next."""
    focused = await focus.of(desk.services, desk.session, desk.conversation)
    if not focused:
        return
    others = {say.values.get("case", "") for say in says} - {"", str(focused)}
    shown = order.name in SHOW_A_PATIENT and bool(others)
    if shown or focused not in {case.id for case in await desk.held()}:
        await focus.drop(desk.session, desk.conversation)


async def _order(desk: Desk) -> Order:
    if desk.message.body.get("edited"):
        return EDIT  # never carried out a second time
    meaning = await choice_of(desk.services.texts, desk.session, desk.conversation, desk.message)
    if meaning and "do" in meaning:
        return await tapped(desk, meaning)
    command = desk.services.texts.command(desk.message.body.get("text", ""))
    attached = desk.message.body.get("attachments")
    if command and command.name in ORDERS and (command.name == "note" or not attached):
        # Typed, or the button of a template, which says no more than its title.
        return Order(command.name, command.rest)
    if await awaited(desk):
        return Order("recorded")
    if (reminder := await answered(desk)) is not None:
        return reminder
    if meaning is not None:
        return Order("help" if meaning else "unknown_button")  # START, or a button of long ago
    return await doubting.meant(desk, desk.message) or RELAY


async def tapped(desk: Desk, meaning: Mapping[str, Any]) -> Order:
    """The order of a button, about the words that it keeps when it keeps any."""
    if "message" in meaning:
        desk.message = await desk.session.get_one(Message, meaning["message"])
    return Order(str(meaning["do"]), str(meaning.get("rest", "")), meaning)


async def _obey(desk: Desk, order: Order) -> list[Say]:
    try:
        says = await ORDERS[order.name](desk, order)
        if says is None:  # words for a patient; of a tapped button, for the one for whom they were then
            meant = {"case": order.meaning.get("meant", 0)} if order.meaning else {}
            says = await ORDERS[RELAY.name](desk, Order(RELAY.name, meaning=meant))
    except Refusal as refusal:
        return [refusal.say]
    return list(says or ())


async def _answer(desk: Desk, say: Say) -> None:
    draft = await compose(desk.services, desk.session, desk.conversation, [say], desk.me.language)
    draft = replace(draft, header=await focus.header(desk.services, desk.session, desk.conversation))
    number = say.values.get("case", "")
    case_id = int(number) if number.isdecimal() and say.key != "desk.unknown_case" else None
    await enqueue(
        desk.services,
        desk.session,
        desk.conversation,
        draft,
        NOTICE,
        case_id=case_id,
        answers_id=desk.message.id,
    )
