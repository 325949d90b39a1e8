"""A danger that is likely enough stands first."""

import subprocess

from bot.config import ROOT
from bot.supervisor.training import ENGINE_PYTHON, engine_environment

SCRIPT = """
from engine.caution import cautious
def ranked(*pairs): return [{"name": name, "confidence": share} for name, share in pairs]
def first(*pairs): return cautious(ranked(*pairs), ["emergency", "crisis"], 0.3)[0]["name"]
assert first(("chitchat", 0.6), ("crisis", 0.25), ("emergency", 0.1)) == "crisis"
assert first(("chitchat", 0.8), ("crisis", 0.15), ("emergency", 0.05)) == "chitchat"
assert first(("emergency", 0.9), ("crisis", 0.1)) == "emergency"
assert len(cautious(ranked(("chitchat", 0.6), ("crisis", 0.4)), ["crisis"], 0.3)) == 2
"""


def test_dangers_together_count_and_the_likelier_one_is_named() -> None:
    command = [str(ENGINE_PYTHON), "-c", SCRIPT]
    subprocess.run(command, cwd=ROOT, env=engine_environment(), check=True, capture_output=True)
