"""Which trained model is meant."""

from __future__ import annotations

import sys
from pathlib import Path


def newest(place: str) -> str:
    """`place` itself when it is a model, else the newest in that folder; ends the program without one."""
    path = Path(place)
    models = [path] if path.is_file() else sorted(path.glob("*.tar.gz"), key=lambda m: m.stat().st_mtime)
    if not models:
        sys.exit(f"no trained model in {place}: run make train")
    return str(models[-1])
