"""A danger that is likely enough stands first."""

import subprocess

from bot.config import ROOT
from bot.supervisor.training import ENGINE_PYTHON, engine_environment
from tests.engine.conftest import LEAN

SCRIPT = """
from engine.caution import cautious
def ranked(*pairs): return [{"name": name, "confidence": share} for name, share in pairs]
def after(pairs, parts=()):
    return cautious(ranked(*pairs), parts, enough={"emergency": 0.45, "crisis": 0.3}, enough_in_part=0.9)
def first(*pairs): return after(pairs)[0]["name"]
assert first(("chitchat", 0.6), ("crisis", 0.25), ("emergency", 0.1)) == "crisis"
assert first(("chitchat", 0.8), ("crisis", 0.15), ("emergency", 0.05)) == "chitchat"
assert first(("emergency", 0.9), ("crisis", 0.1)) == "emergency"
assert first(("chitchat", 0.6), ("emergency", 0.4)) == "chitchat"
assert first(("chitchat", 0.5), ("emergency", 0.3), ("crisis", 0.2)) == "emergency"
assert len(after([("chitchat", 0.6), ("crisis", 0.4)])) == 2
asked = [("ask_location", 0.9), ("emergency", 0.1)]
assert after(asked, [("emergency", 0.95), ("ask_location", 0.99)])[0]["name"] == "emergency"
assert after(asked, [("emergency", 0.85), ("ask_location", 0.99)])[0]["name"] == "ask_location"
assert after(asked, [("greet", 0.95), ("ask_location", 0.99)])[0]["name"] == "ask_location"
"""


def test_dangers_together_count_and_so_does_a_part_that_is_one() -> None:
    command = [str(ENGINE_PYTHON), "-c", LEAN + SCRIPT]
    subprocess.run(command, cwd=ROOT, env=engine_environment(), check=True, capture_output=True)
