"""The HTTP server of the sandbox: uvicorn, plus the means to cut a connection in the middle of a call."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

type Ends = tuple[object, object]  # (host, port) of the caller and of the server

_open: dict[Ends, asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """Remembers the transport of each open connection, which ASGI does not show to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _open[self.client, self.server] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _open.pop((self.client, self.server), None)
        super().connection_lost(exc)


async def cut(request: Request) -> None:
    """Close the connection of this request without an answer."""
    transport = _open.get((request.scope["client"], request.scope["server"]))
    if transport is not None:
        transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass


class EmbeddedServer(uvicorn.Server):
    """A server inside somebody else's process: signals stay theirs, and stopping does not wait for callers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._stop = asyncio.Event()

    def stop(self) -> None:
        self._stop.set()

    async def main_loop(self) -> None:
        self.listening.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        calls = list(self.server_state.tasks)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        for connection in list(self.server_state.connections):
            connection.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def config(app: ASGIApp) -> uvicorn.Config:
    """uvicorn as the sandbox needs it. No access log: the paths carry the bot's token."""
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="critical",
        proxy_headers=False,
        server_header=False,
    )


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, sock: socket.socket) -> AsyncIterator[None]:
    """Serve `app` on `sock` while the block runs, on the running loop."""
    server = EmbeddedServer(config(app))
    task = asyncio.create_task(server.serve(sockets=[sock]))
    await server.listening.wait()
    try:
        yield
    finally:
        server.stop()
        await task
