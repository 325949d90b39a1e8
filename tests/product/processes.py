"""The product as processes of their own, to be killed."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx

from bot.config import Settings
from bot.supervisor.network import free_ports
from sandbox import Sandbox

ROOT = Path(__file__).parents[2]


class Process:
    """One `puente …` command."""

    def __init__(self, command: str, environment: dict[str, str], *options: str) -> None:
        log = Path(environment["DATA_DIR"]) / f"{command}.log"
        self.log = log.open("ab")
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", command, *options],
            env={**clean_environment(), **environment},
            cwd=ROOT,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """As the kernel would: at once, with all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.log.close()


def clean_environment() -> dict[str, str]:
    """This process's environment without settings of the product."""
    ours = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in ours}


@contextlib.contextmanager
def process(command: str, environment: dict[str, str], *options: str) -> Iterator[Process]:
    running = Process(command, environment, *options)
    try:
        yield running
    finally:
        running.kill()


def environment_for(box: Sandbox, data_dir: Path, **more: str) -> dict[str, str]:
    port = str(free_ports(1)[0])
    return {
        **box.credentials,
        "SANDBOX": "off",
        "PORT": port,
        "DATA_DIR": str(data_dir),
        "TELEGRAM_WEBHOOK_SECRET": "test-secret",
        "TELEGRAM_MODE": "webhook",
        **more,
    }


async def until_ready(environment: dict[str, str], path: str = "/health/live", seconds: float = 60) -> None:
    """Until the product answers on its port."""
    async with asyncio.timeout(seconds), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(f"http://127.0.0.1:{environment['PORT']}{path}")).status_code == 200:
                    return
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def serving_process(box: Sandbox, environment: dict[str, str], *options: str) -> AsyncIterator[Process]:
    with process("serve", environment, *options) as bot:
        box.connect(f"http://127.0.0.1:{environment['PORT']}")
        await until_ready(environment)
        yield bot
