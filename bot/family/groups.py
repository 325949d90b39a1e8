"""A family adds the bot to its group: it says one line in both languages, with the way to the private chat, and leaves.
Nothing of a group is stored or answered; the staff group (bot/desk/board.py) is the one where the bot stays."""

import structlog

from bot.channels.base import ChannelName
from bot.channels.errors import SendError
from bot.channels.telegram.send import Telegram
from bot.services import Services

log = structlog.get_logger()

SAID = "family.group"


async def leave(services: Services, group: str) -> None:
    """Say the line and go. A bot that Telegram does not let go stays silent there: it reads nothing of a group."""
    telegram = services.channels.get(ChannelName.TELEGRAM)
    if group == str(services.settings.telegram_staff_chat_id) or not isinstance(telegram, Telegram):
        return
    try:
        values = {"link": await telegram.link()}
        lines = [
            services.texts.render(SAID, language, values, services.office, services.real).text
            for language in ("es", "en")
        ]
        await telegram.leave(group, "\n".join(lines))
    except SendError as error:
        log.warning("group not left", error=type(error).__name__, code=error.code)
