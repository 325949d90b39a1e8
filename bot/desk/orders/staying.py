"""Her own WhatsApp window: any message of hers opens it anew; the button under the warning is one."""

from collections.abc import Sequence

from bot.desk import windows
from bot.desk.desk import Desk, Order
from bot.dialogue.say import Say


async def stay(desk: Desk, order: Order) -> Sequence[Say]:
    services = desk.services
    closing = windows.closes_at(desk.conversation) or desk.services.clock()
    until = services.texts.say_time(closing, services.clock(), desk.me.language, services.office.time_zone)
    return [Say("desk.window.open", {"until": until})]
