# ruff: noqa: T201 (they are programs)
"""Tiny stand-ins for Rasa, the sandbox and the bot, and a supervisor that starts them.

python -m tests.supervisor.standins serve rasa|sandbox|bot FOLDER …   what the supervisor starts
python -m tests.supervisor.standins supervise FOLDER                  `puente run` with the stand-ins
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

SAID = "mi mamá tiene cáncer"


def serve(name: str, folder: Path, options: list[str]) -> None:
    """Answer what the supervisor asks to see whether it is ready; leave the environment where tests find it."""
    (folder / f"{name}.env").write_text(json.dumps(dict(os.environ)), "utf-8")
    if "--print-env" in options:
        print(
            "TELEGRAM_BOT_TOKEN=123456:DEMO\nTWILIO_AUTH_TOKEN=demo\nTWILIO_API_BASE=http://127.0.0.1:1/twilio"
        )
        return
    if (folder / f"{name}.fails").exists():
        sys.exit(3)
    if name != "bot":  # its logs are its own, and its own care
        print(SAID, flush=True)
        print(f"2026-11-22 10:00:00 ERROR    rasa.core.processor  - {SAID}", flush=True)
    port = int(options[options.index("--port") + 1]) if "--port" in options else int(os.environ["PORT"])
    HTTPServer(("127.0.0.1", port), Healthy).serve_forever()


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"model_id": "standin"}')

    def log_message(self, *_: object) -> None:
        """Quiet."""


def supervise(folder: Path) -> int:
    from bot.config import load_settings
    from bot.supervisor.run import Commands, run

    def standin(name: str) -> list[str | Path]:
        return [sys.executable, "-m", "tests.supervisor.standins", "serve", name, folder]

    commands = Commands(
        standin("rasa"), standin("sandbox"), standin("bot"), model=lambda *_: folder / "model"
    )
    return run(load_settings(folder / "no.env"), commands)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
    else:
        sys.exit(supervise(Path(sys.argv[2])))
