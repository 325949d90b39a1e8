"""What a consultant types or taps: an order of `bot/desk/orders`, or words for a patient."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster
from bot.desk.desk import Desk, Order, Refusal
from bot.desk.orders import ORDERS
from bot.desk.roster import Colleague
from bot.dialogue.choices import choice_of
from bot.dialogue.say import Say, compose
from bot.outbox.draft import NOTICE
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Conversation, Message

RELAY = Order("relay")


async def listen(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> None:
    """Do what one bubble of a consultant asks, and answer her in her language."""
    if conversation.consultant_id is None:
        return
    me = await roster.colleague(services, session, conversation.consultant_id)
    if me is None:
        return
    await _reacted(session, me)
    desk = Desk(services, session, conversation, message, me)
    for say in await _obey(desk, await _order(desk)):
        await _answer(desk, say)
    for further in desk.afterwards:
        await further()


async def _reacted(session: AsyncSession, me: Colleague) -> None:
    """Any sign of life stops the page to everybody for what she holds."""
    for case in await cases.held_by(session, me.id):
        case.page_all_at = None


async def _order(desk: Desk) -> Order:
    meaning = await choice_of(desk.session, desk.conversation, desk.message)
    if meaning and "do" in meaning:
        return Order(str(meaning["do"]), meaning=meaning)
    command = desk.services.texts.command(desk.message.body.get("text", ""))
    if command and command.name in ORDERS and not desk.message.body.get("attachments"):
        # Typed, or the button of a template, which says no more than its title.
        return Order(command.name, command.rest)
    if meaning is not None:
        return Order("help" if meaning else "unknown_button")  # START, or a button of long ago
    return RELAY


async def _obey(desk: Desk, order: Order) -> list[Say]:
    try:
        says = await ORDERS[order.name](desk, order)
        if says is None:
            says = await ORDERS[RELAY.name](desk, RELAY)
    except Refusal as refusal:
        return [refusal.say]
    return list(says or ())


async def _answer(desk: Desk, say: Say) -> None:
    draft = await compose(desk.services, desk.session, desk.conversation, [say], desk.me.language)
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
