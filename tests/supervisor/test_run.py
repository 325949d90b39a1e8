"""The supervisor as a whole, with real PostgreSQL and migrations, and stand-ins for Rasa, the sandbox and the bot."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.config import ROOT, SECRETS, Settings
from bot.supervisor.network import free_ports, get
from bot.supervisor.postgres import temporary_postgres
from bot.supervisor.process import end, wait_until

from .conftest import processes_naming
from .standins import SAID

PARTS = ("postgres", "sandbox", "rasa", "bot")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


class Running:
    """A supervisor under test."""

    def __init__(self, folder: Path, port: int, **environment: str) -> None:
        self.folder = folder
        self.port = port
        ours = {name.upper() for name in Settings.model_fields} | {f"{name.upper()}_FILE" for name in SECRETS}
        clean = {name: value for name, value in os.environ.items() if name not in ours}
        self.log = folder / f"supervisor-{port}.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.supervisor.standins", "supervise", folder],
            env={
                **clean,
                "DATA_DIR": str(folder / "var"),
                "PORT": str(port),
                "PYTHONPATH": str(ROOT),
                **environment,
            },
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def says(self, text: str, seconds: float = 30) -> bool:
        return (
            wait_until(lambda: text in self.said or self.process.poll() is not None, seconds)
            and text in self.said
        )

    def pid(self, part: str) -> int:
        rows = json.loads((self.folder / "var" / "run.json").read_text("utf-8"))
        return int(next(row["pid"] for row in rows if row["name"] == part))

    def environment_of(self, part: str) -> dict[str, str]:
        environment: dict[str, str] = json.loads((self.folder / f"{part}.env").read_text("utf-8"))
        return environment

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


type Start = Callable[..., Running]


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start(port: int = 0, **environment: str) -> Running:
        running = Running(data_dir, port or free_ports(1)[0], **environment)
        started.append(running)
        return running

    yield start
    for running in started:
        end(running.process, (signal.SIGTERM, 20))


@pytest.fixture(scope="module")
def given() -> Iterator[dict[str, str]]:
    """A database from outside, for the tests that are not about the embedded one."""
    with temporary_postgres() as url:
        yield {"DATABASE_URL": url}


def test_everything_starts_in_order_and_stops_without_leaving_a_process(start: Start, data_dir: Path) -> None:
    running = start()
    assert running.says("Puente runs on"), running.said
    places = [running.said.index(f"✓ {step}") for step in ("PostgreSQL", "Tables", "sandbox", "rasa", "bot")]
    assert places == sorted(places)
    assert f"http://127.0.0.1:{running.port}/sandbox" in running.said
    assert get(f"http://127.0.0.1:{running.port}/health/ready")[0] == 200
    assert running.stop() == 0
    assert "Stopped." in running.said
    assert not processes_naming(str(data_dir))
    assert not (data_dir / "var" / "run.json").exists()
    assert not (data_dir / "var" / "postgres.json").exists()


@pytest.fixture(scope="module")
def shared(given: dict[str, str]) -> Iterator[Running]:
    """One that nobody harms: a real token for Telegram, the sandbox for WhatsApp."""
    with tempfile.TemporaryDirectory(prefix="puente-test-") as folder:
        token = {
            "TELEGRAM_BOT_TOKEN": "123456:REAL",
            "SANDBOX": "on",
            "PUBLIC_URL": "https://bot.example.org",
        }
        running = Running(Path(folder), free_ports(1)[0], **given, **token)
        assert running.says("Puente runs on"), running.said
        yield running
        end(running.process, (signal.SIGTERM, 20))


def test_each_part_gets_what_it_needs_and_no_more(shared: Running) -> None:
    bot, rasa, sandbox = (shared.environment_of(part) for part in ("bot", "rasa", "sandbox"))
    assert bot["SANDBOX"] == "on"
    assert bot["DATABASE_URL"] == rasa["RASA_DB"]
    assert bot["RASA_TOKEN"] == rasa["RASA_TOKEN"]
    assert f":{bot['ACTIONS_PORT']}/webhook?token={bot['ACTIONS_TOKEN']}" in rasa["ACTIONS_URL"]
    assert bot["TELEGRAM_BOT_TOKEN"] == "123456:REAL"
    assert bot["TWILIO_AUTH_TOKEN"] == "demo"
    assert "REAL" not in json.dumps([rasa, sandbox])
    assert "CONSOLE_PASSWORD" not in {**rasa, **sandbox}


def test_no_text_and_no_token_is_passed_on(shared: Running) -> None:
    assert shared.says("rasa.core.processor")
    assert SAID not in shared.said
    assert "REAL" not in shared.said


def test_one_instance_a_data_dir(shared: Running, given: dict[str, str]) -> None:
    second = Running(shared.folder, free_ports(1)[0], **given)
    assert second.process.wait(20) == 1
    assert "Puente is already running on" in second.said
    assert shared.process.poll() is None


def test_a_part_that_dies_is_started_again_and_that_is_said(start: Start) -> None:
    running = start()
    assert running.says("Puente runs on"), running.said
    before = {part: running.pid(part) for part in PARTS}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: all(running.pid(part) != pid for part, pid in before.items()), 10)
    for part in PARTS:
        assert re.search(rf'"part": "{part}", "exit_code": -9, "restart": 1', running.said), running.said
    assert wait_until(lambda: get(f"http://127.0.0.1:{running.port}/health/ready")[0] == 200, 10)
    assert running.stop() == 0


def test_a_killed_supervisor_takes_all_along_and_the_next_one_starts(start: Start, data_dir: Path) -> None:
    running = start()
    assert running.says("Puente runs on"), running.said
    running.process.kill()
    running.process.wait()
    assert wait_until(lambda: not processes_naming(str(data_dir)), 10)
    again = start(running.port)
    assert again.says("Puente runs on"), again.said


def test_a_port_in_use_is_named_before_anything_starts(start: Start, data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        running = start(taken.getsockname()[1])
        assert running.process.wait(20) == 1
    assert f"PORT {running.port} of HOST 127.0.0.1 cannot be used" in running.said
    assert not (data_dir / "var" / "postgres").exists()


def test_a_bot_that_cannot_live_ends_the_whole_with_its_exit_code(
    start: Start, given: dict[str, str], data_dir: Path
) -> None:
    (data_dir / "bot.fails").touch()
    running = start(**given)
    assert running.process.wait(30) == 1
    assert "The bot ended 3 times (exit code 3)" in running.said
    assert not processes_naming(str(data_dir))


def test_the_bot_runs_on_while_rasa_cannot(start: Start, given: dict[str, str], data_dir: Path) -> None:
    (data_dir / "rasa.fails").touch()
    running = start(**given)
    assert running.says("rasa: NOT running (exit code 3)"), running.said
    assert running.says("Puente runs on"), running.said


def test_what_is_given_is_not_started(start: Start, given: dict[str, str], data_dir: Path) -> None:
    running = start(
        **given, RASA_URL="http://127.0.0.1:9", ACTIONS_URL="http://127.0.0.1:9/webhook", SANDBOX="off"
    )
    assert running.says("Puente runs on"), running.said
    bot = running.environment_of("bot")
    assert bot["RASA_URL"] == "http://127.0.0.1:9"
    assert "ACTIONS_PORT" not in bot
    assert not (data_dir / "rasa.env").exists()
    assert not (data_dir / "sandbox.env").exists()


def test_told_to_stop_while_starting(start: Start, given: dict[str, str], data_dir: Path) -> None:
    running = start(**given)
    assert running.says("✓ Tables"), running.said
    assert running.stop() == 0
    assert not processes_naming(str(data_dir))
