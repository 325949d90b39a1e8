"""What Rasa must know to tell a stale training result from a fresh one."""

import hashlib
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_SOURCES = (
    "engine/step.py",
    "engine/augmentation.py",
    "engine/examples.py",
    "engine/language.py",
    "engine/tokenizer.py",
    "engine/features.py",
    "engine/folding.py",
    "engine/linear.py",
    "engine/requests.py",
    "engine/thesaurus.py",
    "engine/classifier.py",
    "engine/caution.py",
    "engine/entities.py",
    "engine/times.py",
    "bot/language.py",
    "bot/entities/*.py",
    "data/thesaurus/*.yml",
    "data/entities/*.yml",
)


def of_sources() -> str:
    """A digest of all that shapes the model beside its training data; Rasa itself looks only at the component's class."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for source in sorted(_ROOT.glob(pattern)):
            digest.update(source.read_bytes())
    return digest.hexdigest()
