"""Words for a patient."""

from collections.abc import Sequence

from bot.desk.desk import Desk, Order
from bot.desk.relay import to_patient
from bot.dialogue.say import Say
from bot.store.tables import Message


async def relay(desk: Desk, order: Order) -> Sequence[Say]:
    """To the patient of the case quoted, else of the only one she holds, else she is asked which."""
    meaning = order.meaning
    message = await desk.session.get_one(Message, meaning["message"]) if meaning else desk.message
    case = await desk.open_case(meaning["case"]) if meaning else await desk.quoted()
    mine = await desk.held()
    if case is None and len(mine) == 1:
        case = await desk.open_case(mine[0].id)
    if case is None:
        return desk.which("relay", mine, message=message.id)
    if case.holder_id != desk.me.id:
        return [Say("desk.take_first", {"case": str(case.id)}, options=[desk.offer("take", case)])]
    desk.conversation.awaiting = False  # a number from here on is a number, not a choice
    await to_patient(desk.services, desk.session, case, desk.me, message)
    return []
