import stat
import subprocess
import sys
from pathlib import Path

from bot.supervisor.secrets import with_secrets

from .conftest import Load

NAMES = (
    "ENCRYPTION_KEY",
    "CONSOLE_PASSWORD",
    "TELEGRAM_WEBHOOK_SECRET",
    "RASA_TOKEN",
    "ACTIONS_TOKEN",
    "SANDBOX_TOKEN",
)


def test_missing_secrets_are_made_once_and_only_for_their_owner(load: Load, data_dir: Path) -> None:
    first = with_secrets(load(), announce=lambda _: None)
    assert len(first.encryption_keys[0]) == 32
    assert stat.S_IMODE((data_dir / "secrets").stat().st_mode) == 0o700
    for name in NAMES:
        assert stat.S_IMODE((data_dir / "secrets" / name).stat().st_mode) == 0o600
    assert with_secrets(load()) == first
    assert load() == first


def test_it_is_said_once_where_they_are_and_never_what_they_are(load: Load, data_dir: Path) -> None:
    said: list[str] = []
    settings = with_secrets(load(), said.append)
    assert f"{data_dir}/secrets/ENCRYPTION_KEY" in said[0]
    assert "Back up the key apart from the data." in said[0]
    assert not any(
        secret in line
        for line in said
        for secret in settings.environment().values()
        if len(secret) > 12 and "/" not in secret
    )
    with_secrets(load(), said.append)
    assert len(said) == 3


def test_what_is_set_is_not_made(load: Load, data_dir: Path) -> None:
    settings = with_secrets(load(CONSOLE_PASSWORD="chosen by people"), announce=lambda _: None)
    assert settings.console_password is not None
    assert settings.console_password.get_secret_value() == "chosen by people"
    assert not (data_dir / "secrets" / "CONSOLE_PASSWORD").exists()


def test_processes_that_race_get_the_same_secrets(load: Load, data_dir: Path) -> None:
    load()
    program = (
        "from pathlib import Path; from bot.config import load_settings; from bot.supervisor.secrets import with_secrets;"
        "s = with_secrets(load_settings(Path('/nowhere')), lambda _: None);"
        "print(sorted(s.environment().items()))"
    )
    racers = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(4)]
    told = {racer.communicate()[0] for racer in racers}
    assert len(told) == 1
    assert b"ENCRYPTION_KEY" in told.pop()
    assert len(list((data_dir / "secrets").iterdir())) == len(NAMES)
