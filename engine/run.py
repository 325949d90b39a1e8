"""`python -m engine.run --port P --model FOLDER`: Rasa's server, for the bot on this machine only.

The same as `rasa run --enable-api` with this project's files; the token comes from RASA_TOKEN, so that it
does not show in the list of processes.
"""

from __future__ import annotations

import argparse
import os
import sys

from engine import lean
from engine.models import newest


def main() -> None:
    options = _options()
    token = os.environ.get("RASA_TOKEN", "")
    if not token:
        sys.exit("RASA_TOKEN is not set")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    model = newest(options.model)
    lean.leave_out_tensorflow_if_unused_by(model)
    sys.argv = [
        "rasa",
        "run",
        "--enable-api",
        f"--auth-token={token}",  # one word: a token may begin with "-"
        "-i",
        "127.0.0.1",
        "-p",
        str(options.port),
    ]
    sys.argv += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml", "--model", options.model]
    from rasa.__main__ import main as rasa  # imported late: it reads the environment

    rasa()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", default="models", help="a model, or a folder: its newest")
    return parser.parse_args()


if __name__ == "__main__":
    main()
