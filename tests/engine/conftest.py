"""A real engine: the project's own files, a model of the stand-in messages, real actions, a real database."""

import base64
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from bot.supervisor.instance import locked
from bot.supervisor.postgres import temporary_postgres

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
MESSAGES = "tests/engine/nlu.yml"
LABELS = 56
LEAN = "from engine import lean; lean.leave_out_tensorflow_if_unused_in('config.yml')\n"  # it takes seconds to load
LEAN_RASA = (str(PYTHON), "-c", f"{LEAN}from rasa.__main__ import main; main()")
IN_ONE_PROCESS = {"LOKY_MAX_CPU_COUNT": "1"}  # so few messages are learnt sooner than other processes start


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Process:
    """A program of ours, and everything it printed."""

    command: Sequence[str]
    environment: dict[str, str]
    output: Path
    popen: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.popen = subprocess.Popen(
                self.command, cwd=ROOT, env={**os.environ, **self.environment}, stdout=output, stderr=output
            )

    def stop(self) -> None:
        if self.popen and self.popen.poll() is None:
            self.popen.terminate()
            self.popen.wait(20)

    def printed(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def await_answer(self, url: str, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.popen and self.popen.poll() is None:
            try:
                if httpx.get(url).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"not ready:\n{self.printed()[-3000:]}")


@dataclass
class Engine:
    """A running Rasa, as the bot meets it."""

    url: str
    token: str
    database_url: str
    process: Process
    actions: Process
    actions_url: str
    keys: list[str] = field(default_factory=list)

    def post(self, sender: str, text: str, token: str | None = None, **metadata: Any) -> httpx.Response:
        body = {"sender": sender, "message": text, "metadata": {"language": "es", **metadata}}
        url = f"{self.url}/webhooks/rest/webhook"
        return httpx.post(
            url, params={"token": self.token if token is None else token}, json=body, timeout=30
        )

    def ask(self, sender: str, text: str, **metadata: Any) -> list[dict[str, Any]]:
        """The payloads that answer one message, without what they rest on."""
        answer = self.post(sender, text, **metadata)
        assert answer.status_code == 200, answer.text
        payloads = [message["custom"] for message in answer.json()]
        del payloads[0]["understood"]
        return payloads

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.url}{path}", params={"token": self.token}, timeout=30).json()

    def parse(self, text: str) -> Any:
        url = f"{self.url}/model/parse"
        return httpx.post(url, params={"token": self.token}, json={"text": text}, timeout=30).json()


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with temporary_postgres() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained once, however many processes share the tests out among them."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    trained = folder / "stand-in" / "model.tar.gz"
    with locked(folder / "stand-in.lock", "Another training does not end", 300):
        if not trained.exists():
            train = ["train", "--data", "data/rules", "data/stories", MESSAGES]
            command = [*LEAN_RASA, *train, "--out", str(trained.parent), "--fixed-model-name", "model"]
            done = subprocess.run(
                command, cwd=ROOT, env=_quiet() | IN_ONE_PROCESS, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr.decode()[-3000:]
    return trained


@pytest.fixture(scope="session")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, str]]:
    """The actions as anyone may run them: python -m rasa_sdk --actions actions."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "-p", str(port)]
    process = Process(command, {}, tmp_path_factory.mktemp("actions") / "output")
    process.start()
    process.await_answer(f"http://127.0.0.1:{port}/health")
    yield process, f"http://127.0.0.1:{port}/webhook?token=of-the-actions"
    process.stop()


@pytest.fixture(scope="session")
def engine(
    database_url: str, model: Path, actions: tuple[Process, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    running = start_engine(database_url, model, actions, tmp_path_factory.mktemp("engine") / "output")
    yield running
    running.process.stop()


def start_engine(database_url: str, model: Path, actions: tuple[Process, str], output: Path) -> Engine:
    """A Rasa on a free port, ready to be asked."""
    port, token, keys = (
        free_port(),
        "-" + secrets.token_urlsafe(),
        [new_key()],
    )  # looks like an option, as one in 64 does
    environment = {
        **_quiet(),
        "RASA_TOKEN": token,
        "ACTIONS_URL": actions[1],
        "RASA_DB": database_url,
        "ENCRYPTION_KEY": ",".join(keys),
    }
    command = [str(PYTHON), "-m", "engine.run", "--model", str(model), "--port", str(port)]
    process = Process(command, environment, output)
    process.start()
    url = f"http://127.0.0.1:{port}"
    process.await_answer(f"{url}/status?token={token}")
    return Engine(url, token, database_url, process, actions[0], actions[1], keys)


def _quiet() -> dict[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **quiet}
