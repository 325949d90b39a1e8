"""The shipped texts, and folders with a mistake in them."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from bot.texts import Labels, TextBook

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "texts"


def shipped_book() -> TextBook:
    return TextBook.load(FOLDER)


def shipped_labels() -> Labels:
    return Labels.load(ROOT / "data" / "labels.yml")


def folder_with(place: Path, file: str, content: Any) -> Path:
    """A copy of the shipped texts with one file replaced by other content."""
    folder = place / "texts"
    shutil.copytree(FOLDER, folder)
    (folder / file).write_text(
        content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), encoding="utf-8"
    )
    return folder
