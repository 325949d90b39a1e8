"""`python -m sandbox`: both emulators and the page as a process of their own."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sandbox.app import Sandbox, running
from sandbox.people import templates_of
from sandbox.settings import Settings, from_environment


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "sandbox", description="Telegram and Twilio on loopback, with two phones."
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (a free one)")
    parser.add_argument("--bot-url", help="where the bot listens (http://127.0.0.1:$PORT)")
    parser.add_argument(
        "--public-url", help="the bot's public address, which is signed ($PUBLIC_URL or the bot's)"
    )
    parser.add_argument(
        "--office", type=Path, dest="office_file", help="office file ($OFFICE_FILE or data/office.yml)"
    )
    parser.add_argument(
        "--clock-file", type=Path, help="where the clock's shift is kept for the bot (none: it stands still)"
    )
    parser.add_argument("--print-env", action="store_true", help="print the bot's credentials here and exit")
    return parser.parse_args(argv)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The environment's settings, overruled by arguments, with the office's templates."""
    given = {
        name: value for name, value in vars(arguments).items() if value is not None and name != "print_env"
    }
    settings = replace(from_environment(), **given)
    return replace(settings, templates=templates_of(settings.office_file))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings) as box:
        sys.stdout.write(f"sandbox ready: {box.page}\n")
        sys.stdout.flush()
        await stop.wait()


def main(argv: Sequence[str] | None = None) -> None:
    arguments = _arguments(argv)
    settings = settings_of(arguments)
    if arguments.print_env:
        box = Sandbox(settings, f"http://{settings.host}:{settings.port}")
        sys.stdout.writelines(f"{name}={value}\n" for name, value in box.credentials.items())
        return
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings))


if __name__ == "__main__":
    main()
