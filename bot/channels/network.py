"""The HTTP connections of the channels, and what a broken one says about the request it carried."""

import logging

import httpx

from bot.channels.errors import OutcomeUnknown, SendError, Unavailable

# Raised before the first byte of the request left; anything else may have been received and acted upon.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

# They log URLs, which hold Telegram's token and WhatsApp's numbers, and texts that did not parse.
for _name, _level in {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "twilio": logging.WARNING,
    "telegram": logging.CRITICAL,
}.items():
    logging.getLogger(_name).setLevel(_level)


def client(timeout: float, read: float | None = None) -> httpx.AsyncClient:
    """A client with its own connections, to be closed. Seconds; `read` is the wait for an answer."""
    limits = httpx.Timeout(timeout, connect=min(timeout, 5.0), read=read or timeout)
    return httpx.AsyncClient(timeout=limits)


def named(error: BaseException | None) -> SendError:
    """`Unavailable` when the request surely did not arrive, else `OutcomeUnknown`.

    The name of the class is all that is kept: httpx's own message may hold the address, and it the token.
    """
    kind = Unavailable if isinstance(error, _BEFORE_SENDING) else OutcomeUnknown
    return kind("network", type(error).__name__)
