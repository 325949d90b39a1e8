"""What Rasa must know to tell a stale training result from a fresh one."""

import hashlib
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_SOURCES = (
    "engine/language.py",
    "engine/tokenizer.py",
    "engine/features.py",
    "engine/linear.py",
    "engine/classifier.py",
    "bot/language.py",
)


def of_sources() -> str:
    """A digest of all code that shapes the model; Rasa itself looks only at the component's class."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((_ROOT / name).read_bytes())
    return digest.hexdigest()
