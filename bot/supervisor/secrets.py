"""Secrets that nobody has to think up: made once under DATA_DIR/secrets, mode 0600."""

import base64
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from bot.config import MADE_HERE, ConfigError, Settings, made_secret, secret_file
from bot.supervisor.instance import open_data_dir


def with_secrets(settings: Settings, announce: Callable[[str], None] = print) -> Settings:
    """The settings with every secret that can be made.

    `announce` hears, once and without the value, where a secret lies that people need to know of.
    Processes that race get the same secrets. Raises ConfigError when DATA_DIR cannot be used.
    """
    open_data_dir(settings.data_dir)
    missing = [name for name in MADE_HERE if getattr(settings, name) is None]
    if "encryption_key" in missing and _has_data(settings.data_dir):
        key = secret_file(settings.data_dir, "encryption_key")
        raise ConfigError(
            [f"The data in {settings.data_dir} is encrypted and {key} is gone: restore it from the backup"]
        )
    for name in missing:
        if _make(secret_file(settings.data_dir, name), _MAKERS[name]) and name in _NEWS:
            announce(_NEWS[name].format(path=secret_file(settings.data_dir, name)))
    update = {name: SecretStr(made_secret(settings.data_dir, name) or "") for name in missing}
    return settings.model_copy(update=update)


def _has_data(data_dir: Path) -> bool:
    """Whether a database was made here: here itself, or elsewhere with a pointer to it."""
    return any((data_dir / name).exists() for name in ("postgres", "postgres-place"))


def _make(path: Path, maker: Callable[[], str]) -> bool:
    """Whether this process made it. A finished file is linked: readers see all or none, one racer wins."""
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if path.exists():
        return False
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
    try:
        _fill(handle, maker())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(draft)
    return True


def _fill(handle: int, secret: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
        file.flush()
        os.fsync(file.fileno())


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _token() -> str:
    return secrets.token_urlsafe(32)


_MAKERS: dict[str, Callable[[], str]] = {
    "encryption_key": _key,
    "console_password": lambda: secrets.token_urlsafe(12),
    "telegram_webhook_secret": _token,
    "rasa_token": _token,
    "actions_token": _token,
    "sandbox_token": _token,
}
_NEWS = {
    "console_password": "Made CONSOLE_PASSWORD in {path}.",
    "encryption_key": "Made ENCRYPTION_KEY in {path}. Back up the key apart from the data.",
    "telegram_webhook_secret": "Made TELEGRAM_WEBHOOK_SECRET in {path}.",
}
