"""Links that open the bot."""

from bot.channels.base import Channel
from bot.channels.errors import SendError
from bot.channels.telegram.send import Telegram


async def start_link(channel: Channel | None, token: str) -> str:
    """Opens the bot and says `/start token`. "" where that is not Telegram, or where it does not tell the bot's name just now:
    who hands the link over has another way."""
    if not isinstance(channel, Telegram):
        return ""
    try:
        return f"{await channel.link()}?start={token}"
    except SendError:
        return ""
