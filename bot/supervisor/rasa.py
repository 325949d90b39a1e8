"""Starting Rasa: loopback only, with a token, its output filtered."""

import base64
import contextlib
import json
import secrets
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import structlog
from pydantic import SecretStr

from bot.config import ROOT, ConfigError, Settings
from bot.supervisor.network import free_ports, get
from bot.supervisor.output import Kept, pass_on
from bot.supervisor.process import end, spawn, wait_until
from bot.supervisor.training import ENGINE_PYTHON, engine_environment

STOP_STEPS = ((signal.SIGTERM, 5.0),)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RasaServer:
    """What a Rasa needs to be started, again and again at one address. Its tokens are not in its command."""

    model: Path
    port: int
    token: str = field(repr=False)
    actions_url: str = field(repr=False)  # token included
    database_url: str = field(repr=False)
    encryption_key: str = field(repr=False)  # url-safe base64, comma-separated, newest first
    command: Sequence[str | Path] = (ENGINE_PYTHON, "-m", "engine.run")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "subprocess.Popen[bytes]":
        process = spawn(
            [*self.command, "--model", self.model, "--port", str(self.port)],
            env=engine_environment(
                RASA_TOKEN=self.token,
                ACTIONS_URL=self.actions_url,
                RASA_DB=self.database_url,
                ENCRYPTION_KEY=self.encryption_key,
            ),
            cwd=ROOT,
            output=subprocess.PIPE,
        )
        assert process.stdout is not None
        pass_on(process.stdout, reporter("rasa"))
        return process

    def is_ready(self) -> bool:
        """Up, and with a model loaded."""
        status, body = get(f"{self.url}/status?token={quote(self.token, safe='')}")
        try:
            return status == 200 and bool(json.loads(body).get("model_id"))
        except ValueError:
            return False


def rasa_server(settings: Settings, model: Path, command: Sequence[str | Path]) -> RasaServer:
    """The Rasa of complete settings: `rasa_url`, tokens, database and actions are known."""
    query = f"token={quote(_token(settings.actions_token), safe='')}"
    actions = settings.actions_url or f"http://127.0.0.1:{settings.actions_port}/webhook?{query}"
    keys = ",".join(base64.urlsafe_b64encode(key).decode() for key in settings.encryption_keys)
    port = urlsplit(settings.rasa_url or "").port or 0
    return RasaServer(model, port, _token(settings.rasa_token), actions, settings.database, keys, command)


def _token(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def reporter(part: str) -> Callable[[Kept], None]:
    """Puts what may be kept of a part's output into our own log."""

    def report(kept: Kept) -> None:
        if kept.level in ("warning", "error", "critical", "fatal"):
            log.warning("part_said", part=part, level_there=kept.level, what=kept.event)

    return report


@contextlib.contextmanager
def running_rasa(
    model: Path,
    *,
    database_url: str,
    actions_url: str,
    encryption_key: str,
    seconds: float = 120,
) -> Iterator[RasaServer]:
    """A Rasa on a free port for as long as the block lasts. For tests and `puente evaluate`."""
    server = RasaServer(
        model, free_ports(1)[0], secrets.token_urlsafe(), actions_url, database_url, encryption_key
    )
    process = server.start()
    try:
        wait_until(lambda: process.poll() is not None or server.is_ready(), seconds, pause=0.2)
        if process.poll() is not None or not server.is_ready():
            raise ConfigError([f"Rasa did not get ready (exit code {process.poll()})"])
        yield server
    finally:
        end(process, *STOP_STEPS)
