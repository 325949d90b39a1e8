"""`consola` / `console`: a link to the console, for her alone and once."""

from collections.abc import Sequence

from bot.desk.console_link import new_link
from bot.desk.desk import Desk, Order
from bot.dialogue.say import Say
from bot.store.audit import record


async def console(desk: Desk, order: Order) -> Sequence[Say]:
    """In this chat only. Without a public address the link opens on the office's own machine: that is said."""
    link = await new_link(desk.services, desk.session, desk.conversation)
    record(desk.session, desk.services.clock, "link_sent", who=desk.me.id)
    key = "desk.console.link" if desk.services.settings.public_url else "desk.console.local_link"
    return [Say(key, {"link": link}, options=())]
