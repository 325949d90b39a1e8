"""A DATA_DIR that another user may pass through, as PostgreSQL needs when the tests run as root."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.config import SECRETS, Settings, load_settings

type Load = Callable[..., Settings]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="puente-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Load:
    """Settings from the given environment alone."""
    for name in [*Settings.model_fields, *(f"{secret}_file" for secret in SECRETS)]:
        monkeypatch.delenv(name.upper(), raising=False)

    def load(**environment: str) -> Settings:
        for name, value in {"DATA_DIR": str(data_dir), **environment}.items():
            monkeypatch.setenv(name, value)
        return load_settings(data_dir / "no.env")

    return load


def processes_naming(text: str) -> list[int]:
    """Whose command holds the text (postgres' own helpers show only their role: their server stands for them)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if text.encode() in command:
            found.append(int(entry.name))
    return found
