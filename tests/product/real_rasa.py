"""The real Rasa with the trained model, and the actions served from this process: one for the whole session."""

import base64
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.actions_server import actions_app
from bot.supervisor.rasa import running_rasa
from bot.supervisor.training import ensure_model
from sandbox.server import listen, serving

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class RealRasa:
    url: str
    token: str


@contextlib.asynccontextmanager
async def real_rasa(database_url: str) -> AsyncIterator[RealRasa]:
    sock = listen("127.0.0.1", 0)
    actions_url = f"http://127.0.0.1:{sock.getsockname()[1]}/webhook?token=actions"
    async with serving(actions_app("actions"), sock):
        with running_rasa(
            ensure_model(), database_url=database_url, actions_url=actions_url, encryption_key=KEY
        ) as server:
            yield RealRasa(server.url, server.token)
