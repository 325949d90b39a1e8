"""`resumen 104`: the bubble that a patient may forward, for the consultant to see or to pass on."""

from collections.abc import Sequence

from bot.desk.desk import Desk, Order
from bot.desk.orders.looking import meant_case
from bot.desk.standing import may_read
from bot.dialogue.say import Say
from bot.journeys.summary import summary


async def summarize(desk: Desk, order: Order) -> Sequence[Say]:
    found = await meant_case(desk, order)
    if isinstance(found, list):
        return found
    if not may_read(desk.me, found):
        return [Say("desk.not_yours", {"case": str(found.id)})]
    return [Say("intake.resumen", {"summary": await summary(desk.services, desk.session, found)}, options=())]
