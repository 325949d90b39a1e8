"""`make bench`: every benchmark of this folder, each comparing within its own run."""

from pathlib import Path

from bench.safety import main as safety

if __name__ == "__main__":
    safety([Path(__file__).parents[1] / "data" / "nlu"], show="")
