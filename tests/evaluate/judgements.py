"""Invented messages and what they were taken for."""

import json
from pathlib import Path

from bot.evaluate import Judged

# label, taken for, confidence, language, writer
ROWS = [
    ("ask_cost", "ask_cost", 0.97, "es", "luz"),
    ("ask_cost", "ask_cost", 0.91, "en", "john"),
    ("ask_cost", "ask_payment", 0.55, "es", "luz"),
    ("ask_payment", "ask_payment", 0.62, "en", "john"),
    ("emergency", "emergency", 0.99, "es", "luz"),
    ("emergency", "crisis", 0.48, "en", "john"),
    ("crisis", "chitchat", 0.83, "es", "luz"),
    ("chitchat", "emergency", 0.35, "en", "john"),
]
JUDGED = [
    Judged(f"<b>mensaje {n}</b>", label, language, taken, (taken, "ask_cost", "crisis"), confidence, writer)
    for n, (label, taken, confidence, language, writer) in enumerate(ROWS)
]


def written(folder: Path) -> Path:
    """As `python -m bench.writers --out` writes them."""
    file = folder / "judged.jsonl"
    rows = [
        {
            "text": one.text,
            "writer": one.writer,
            "language": one.language,
            "label": one.label,
            "ranking": list(one.best_three),
            "danger": 0.1,
            "confidence": one.confidence,
        }
        for one in JUDGED
    ]
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return file
