"""Starting the sandbox: both providers' APIs on loopback, for the channels that have no real token."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.config import ROOT, ConfigError, Settings, foreign_environment
from bot.supervisor.network import get
from bot.supervisor.output import pass_on
from bot.supervisor.parts import Part
from bot.supervisor.process import spawn
from bot.supervisor.rasa import reporter

type Command = Sequence[str | Path]


def credentials(settings: Settings, command: Command) -> dict[str, str]:
    """The environment by which the bot uses the sandbox as its providers; real tokens stay what they are.

    Raises ConfigError when the sandbox does not start at all.
    """
    asked = [*command, *_options(settings), "--print-env"]
    told = subprocess.run(
        asked, env=_environment(settings, {}), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if told.returncode != 0:
        raise ConfigError(
            [f"The sandbox does not start:\n{told.stderr.strip()}\nSANDBOX=off goes without it"]
        )
    pairs = (line.partition("=") for line in told.stdout.splitlines() if "=" in line)
    return {name: value for name, _, value in pairs if not _is_real(settings, name)}


def sandbox_part(settings: Settings, command: Command, demo: Mapping[str, str]) -> Part:
    """The sandbox as a part to be kept running at `settings.sandbox_url`."""

    def start() -> "subprocess.Popen[bytes]":
        process = spawn(
            [*command, *_options(settings)],
            env=_environment(settings, demo),
            cwd=ROOT,
            output=subprocess.PIPE,
        )
        assert process.stdout is not None
        pass_on(process.stdout, reporter("sandbox"))
        return process

    return Part(
        "sandbox",
        start,
        lambda: get(f"{settings.sandbox_url}/sandbox/health")[0] == 200,
        ((signal.SIGTERM, 5.0),),
    )


def _options(settings: Settings) -> list[str]:
    port = (settings.sandbox_url or "").rpartition(":")[2]
    options = ["--port", port, "--bot-url", settings.local_url, "--office", str(settings.office_file)]
    options += ["--clock-file", str(settings.sandbox_clock)] if settings.sandbox_clock else []
    return [*options, "--public-url", settings.public_url] if settings.public_url else options


def _environment(settings: Settings, demo: Mapping[str, str]) -> dict[str, str]:
    """No real token goes in. Two secrets do: one signs what the sandbox delivers, with the other it asks what became of it."""
    secrets = {
        "TELEGRAM_WEBHOOK_SECRET": settings.telegram_webhook_secret,
        "SANDBOX_TOKEN": None if settings.real_providers else settings.sandbox_token,
    }
    shared = {name: secret.get_secret_value() for name, secret in secrets.items() if secret}
    return {**foreign_environment(), **shared, **demo}


def _is_real(settings: Settings, name: str) -> bool:
    return (name.startswith("TELEGRAM_") and settings.telegram_configured) or (
        name.startswith("TWILIO_") and settings.whatsapp_configured
    )
