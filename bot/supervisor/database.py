"""Which database a command uses: the one given, the running supervisor's, or one of its own for a moment."""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from bot.config import Settings
from bot.supervisor.instance import Taken, write_private
from bot.supervisor.postgres import EmbeddedPostgres
from bot.supervisor.process import Identity, identify

_PATIENCE = 30.0  # seconds for another command, or a supervisor that is just starting


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The `postgresql://` address of a running database. Raises ConfigError when there can be none."""
    if settings.database_url is not None:
        yield settings.database
        return
    with contextlib.ExitStack() as resources:
        yield _found_or_started(settings.data_dir, resources)


@contextlib.contextmanager
def published(data_dir: Path, url: str) -> Iterator[None]:
    """Let commands find this process's server while the block lasts (a file of mode 0600)."""
    owner = identify(os.getpid())
    write_private(_file(data_dir), {"url": url, "pid": owner.pid, "started": owner.started})
    try:
        yield
    finally:
        _file(data_dir).unlink(missing_ok=True)


def published_url(data_dir: Path) -> str | None:
    """The address of the server of a supervisor that is alive."""
    try:
        found = json.loads(_file(data_dir).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found["url"] if Identity(found["pid"], found["started"]).alive() else None


def _found_or_started(data_dir: Path, resources: contextlib.ExitStack) -> str:
    deadline = time.monotonic() + _PATIENCE
    while True:
        if url := published_url(data_dir):
            return url
        try:
            return resources.enter_context(EmbeddedPostgres(data_dir)).url
        except Taken:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _file(data_dir: Path) -> Path:
    return data_dir / "postgres.json"
