"""One instance a DATA_DIR: its lock, and the record of its processes by which the next one cleans up."""

import contextlib
import fcntl
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.config import ConfigError
from bot.supervisor.process import Identity, end_leftover, identify


def open_data_dir(data_dir: Path) -> None:
    """Make DATA_DIR if there is none. Root's lets others pass through: PostgreSQL runs as another user.

    The mode of a folder that is already there is never changed.
    """
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            data_dir.chmod(0o711 if os.getuid() == 0 else 0o700)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(13, "not writable for this user")
    except OSError as error:
        raise ConfigError(
            [f"DATA_DIR ({data_dir}) cannot be used: {error.strerror}. Choose another folder"]
        ) from None


class Taken(ConfigError):
    """Another process holds the lock."""


@contextlib.contextmanager
def locked(path: Path, taken: str, patience: float = 0) -> Iterator[None]:
    """Hold a lock file; the kernel frees it when the holder dies. Raises Taken after `patience` seconds."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, taken, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _take(handle: int, taken: str, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Taken([taken]) from None
            time.sleep(0.1)


class Record:
    """DATA_DIR/run.json: the processes of this instance, each by number and start time."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "run.json"
        self.processes: dict[str, Identity] = {}

    def end_leftovers(self) -> list[str]:
        """End what a killed instance left running; the names of what was found. Hold the lock first."""
        found = [(name, left) for name, left in _read(self.path) if left.alive()]
        for _, leftover in found:
            end_leftover(leftover, (signal.SIGTERM, 3))
        self.path.unlink(missing_ok=True)
        return [name for name, _ in found]

    def add(self, name: str, pid: int) -> None:
        """Note a started process (one that has already ended is none)."""
        with contextlib.suppress(ProcessLookupError):
            self.processes[name] = identify(pid)
        rows = [{"name": name, "pid": it.pid, "started": it.started} for name, it in self.processes.items()]
        write_private(self.path, rows)

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def write_private(path: Path, content: Any) -> None:
    """Replace a JSON file at once, mode 0600."""
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.replace(draft, path)


def _read(path: Path) -> list[tuple[str, Identity]]:
    try:
        rows = json.loads(path.read_text("utf-8"))
        return [(row["name"], Identity(row["pid"], row["started"])) for row in rows]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []
