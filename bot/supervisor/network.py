"""Loopback ports and a look at whether somebody answers there."""

import contextlib
import http.client
import socket
from urllib.parse import urlsplit

from bot.config import ConfigError


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 on which nobody listens now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def demand_free(host: str, port: int) -> None:
    """Raises ConfigError when HOST:PORT cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise ConfigError(
            [f"PORT {port} of HOST {host} cannot be used ({error.strerror}): free it, or set another PORT"]
        ) from None


def get(url: str, seconds: float = 2) -> tuple[int, bytes]:
    """Status and body (the first 64 kB); status 0 when nobody answers. Never through a proxy."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.read(65536)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
