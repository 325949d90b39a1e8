"""`puente lines`: the lines that the office wrote, as training data: data/nlu/<group>/reviewed.yml, a file of their own."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.config import ROOT, Settings
from bot.lines.guard import FOLDER, bare, known_lines
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import TrainingLine
from bot.supervisor.database import database
from bot.texts import Labels

FILE, WRITER = "reviewed.yml", "reviewed"
LANGUAGES = ("es", "en", "mixed")
HEAD = "# Written by the office while it reviewed what was not understood (/console/review); added by `puente lines`.\n"

type Blocks = dict[tuple[str, str], list[str]]  # lines by label and language


def export(settings: Settings, folder: Path = FOLDER) -> list[str]:
    """One line for each file that was written, and for each line that was refused because it stands somewhere already."""
    with database(settings) as url:
        upgrade(url)
        rows = asyncio.run(_rows(Database(url), settings))
    labels = Labels.load(ROOT / "data" / "labels.yml")
    known_lines.cache_clear()
    known, told = dict(known_lines(folder)), []
    added: dict[str, Blocks] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        file = f"{labels.group(row.label)}/{FILE}"
        if (place := known.get(bare(row.text))) is not None:
            told += [] if place == file else [f"refused, it stands in {place}: {row.label} {row.id}"]
        elif labels.group(row.label):
            added[labels.group(row.label)][row.label, row.language].append(row.text)
            known[bare(row.text)] = file
    told += [_write(folder / group / FILE, blocks, labels) for group, blocks in added.items()]
    known_lines.cache_clear()
    return told or ["Nothing new to write."]


async def _rows(store: Database, settings: Settings) -> Sequence[TrainingLine]:
    from sqlalchemy import select

    await store.open(settings.encryption_keys)
    try:
        async with store.session() as session:
            return (await session.scalars(select(TrainingLine).order_by(TrainingLine.id))).all()
    finally:
        await store.close()


def _write(path: Path, added: Mapping[tuple[str, str], list[str]], labels: Labels) -> str:
    """The file with these lines behind those that it has."""
    blocks: Blocks = defaultdict(list, read(path))
    for place, lines in added.items():
        blocks[place] = [*blocks[place], *lines]
    order = sorted(blocks, key=lambda place: (labels.names.index(place[0]), LANGUAGES.index(place[1])))
    content = HEAD + 'version: "3.1"\nnlu:\n' + "".join(_block(*place, blocks[place]) for place in order)
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, "utf-8")
    if read(path) != blocks:
        raise ValueError(f"{path}: does not hold what was written")
    return f"{path}: {sum(len(lines) for lines in added.values())} new"


def _block(label: str, language: str, lines: Sequence[str]) -> str:
    examples = "".join(f"      - {line}\n" for line in lines)
    return f"  - intent: {label}\n    metadata: {{language: {language}, writer: {WRITER}}}\n    examples: |\n{examples}"


def read(path: Path) -> Blocks:
    """What stands in such a file; nothing when there is none."""
    content: Any = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {"nlu": []}
    return {
        (block["intent"], block["metadata"]["language"]): [
            line.removeprefix("- ") for line in block["examples"].splitlines()
        ]
        for block in content["nlu"]
    }
