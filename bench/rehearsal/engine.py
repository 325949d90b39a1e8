"""Who understands patients on that day: the real Rasa with the trained model, the actions served from this process."""

import base64
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.actions_server import actions_app
from bot.supervisor.rasa import running_rasa
from bot.supervisor.training import ensure_model
from sandbox.server import listen, serving


def new_key() -> str:
    """An ENCRYPTION_KEY."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True)
class RealRasa:
    url: str
    token: str


@contextlib.asynccontextmanager
async def real_rasa(database_url: str, key: str) -> AsyncIterator[RealRasa]:
    """Raises ConfigError when it does not get ready."""
    sock = listen("127.0.0.1", 0)
    actions_url = f"http://127.0.0.1:{sock.getsockname()[1]}/webhook?token=actions"
    async with serving(actions_app("actions"), sock):
        with running_rasa(
            ensure_model(), database_url=database_url, actions_url=actions_url, encryption_key=key
        ) as server:
            yield RealRasa(server.url, server.token)
