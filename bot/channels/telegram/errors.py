"""What python-telegram-bot's exceptions mean for us (its words: tdlib/telegram-bot-api, the server)."""

import re
from collections.abc import Callable
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.errors import (
    BadConfig,
    ContactUnreachable,
    Moved,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
)
from bot.channels.network import named as network_error

_GONE = ("chat not found", "user not found", "peer_id_invalid", "user_deactivated", "user is deactivated")
_NOT_ALLOWED = ("not enough rights", "have no rights", "chat_write_forbidden", "administrator rights")
_RETRY_AFTER = 5.0  # seconds


def named(error: TelegramError) -> SendError:
    """The error that an exception stands for."""
    return next(name(error) for kind, name in _NAMED if isinstance(error, kind))


def _bad_request(error: BadRequest) -> SendError:
    if says(error, *_GONE):
        return ContactUnreachable("400", detail(error))
    return BadConfig("400", detail(error)) if says(error, *_NOT_ALLOWED) else Rejected("400", detail(error))


def says(error: TelegramError, *phrases: str) -> bool:
    """Telegram's error codes are too coarse: its wording is the only sign."""
    message = error.message.lower()
    return any(phrase in message for phrase in phrases)


def detail(error: TelegramError) -> str:
    """Telegram's words up to where they begin to quote ours, without numbers that could be somebody's."""
    words = re.sub(r"^(forbidden|bad request): ", "", error.message, flags=re.IGNORECASE)
    return re.sub(r"\d{5,}", "#", re.split(r"[:\"]", words)[0]).strip()[:80]


def _network(error: TelegramError) -> SendError:
    """Neither Telegram's no nor its yes: the connection failed (the cause tells when), or the server did."""
    if error.__cause__ is not None:
        return network_error(error.__cause__)
    if says(error, "too many requests"):  # without the usual parameters
        return Throttled(_RETRY_AFTER, "429")
    if says(error, "entity too large"):
        return Rejected("413", detail(error))
    return OutcomeUnknown("server", detail(error))


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


# BadRequest and TimedOut are NetworkErrors to python-telegram-bot: the order matters.
_NAMED: tuple[tuple[type[TelegramError], Callable[[Any], SendError]], ...] = (
    (RetryAfter, lambda error: Throttled(_seconds(error), "429")),
    (ChatMigrated, lambda error: Moved(str(error.new_chat_id), "400", "chat migrated")),
    (Forbidden, lambda error: ContactUnreachable("403", detail(error))),
    (InvalidToken, lambda error: BadConfig("401", "token refused")),  # its own text may hold the token
    (Conflict, lambda error: BadConfig("409", "another process uses this bot")),
    (BadRequest, _bad_request),
    (TelegramError, _network),
)
