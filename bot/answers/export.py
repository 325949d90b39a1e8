"""`puente texts export`: the wordings that count now, written into data/texts; layout and comments of the files stay."""

import asyncio
import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.answers.live import newest_rows
from bot.config import ROOT, Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import AnswerVersion
from bot.supervisor.database import database
from bot.texts import SENTENCES, TextBook, TextError

FOLDER = ROOT / "data" / "texts"
WIDTH = 118
_KEY = re.compile(r"^  (\w+):")
_ORDER = ("es", "en", "without_facts", "buttons", "source", "reviewed", "review_by", "relies_on")


def export(settings: Settings, folder: Path = FOLDER) -> list[str]:
    """One line for each answer that was written. Nothing is written that would not load. Raises TextError."""
    with database(settings) as url:
        upgrade(url)
        rows = asyncio.run(_rows(Database(url), settings))
    wanted = {row.key: row for row in rows if row.texts is not None}
    files = {name: (folder / name).read_text("utf-8") for name in SENTENCES}
    written = dict(files)
    for name, content in files.items():
        for key in yaml.safe_load(content) or {}:
            if key in wanted:
                written[name] = _with(written[name], key, _fields(wanted.pop(key)))
    changed = {name: content for name, content in written.items() if content != files[name]}
    _write(folder, files, changed)
    lines = [
        f"{folder / name}: {key}" for name in changed for key in _keys_changed(files[name], changed[name])
    ]
    return lines or ["Nothing to write: the files say what is said."]


async def _rows(store: Database, settings: Settings) -> Sequence[AnswerVersion]:
    await store.open(settings.encryption_keys)
    try:
        async with store.session() as session:
            return await newest_rows(session)
    finally:
        await store.close()


def _fields(row: AnswerVersion) -> dict[str, Any]:
    assert row.texts is not None
    told = {name: value for name, value in row.texts.items() if value is not None}
    return told | {"reviewed": row.at.date(), "review_by": row.review_by}


def _write(folder: Path, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """All of them, or none: the book must load afterwards."""
    for name, content in after.items():
        (folder / name).write_text(content, "utf-8")
    try:
        TextBook.load(folder)
    except TextError:
        for name in after:
            (folder / name).write_text(before[name], "utf-8")
        raise


def _keys_changed(before: str, after: str) -> list[str]:
    old = yaml.safe_load(before)
    return [key for key, entry in yaml.safe_load(after).items() if old[key] != entry]


def _with(content: str, key: str, fields: Mapping[str, Any]) -> str:
    """The file with these fields in the entry of `key`; what says the same already stays as it is written.

    Raises TextError when the file would then say anything else than that.
    """
    before = yaml.safe_load(content)
    fields = {name: value for name, value in fields.items() if before[key].get(name) != value}
    if not fields.keys() - {"reviewed", "review_by"} and "review_by" not in fields:
        return content
    lines = content.splitlines()
    start, end = _place(content, key)
    written = "\n".join([*lines[:start], *_entry(lines[start:end], before[key], fields), *lines[end:]]) + "\n"
    if yaml.safe_load(written) != {**before, key: {**before[key], **fields}}:
        raise TextError(f"{key} cannot be written into its file without changing something else")
    return written


def _place(content: str, key: str) -> tuple[int, int]:
    """The first line of an entry, and the line after its last: blank lines and comments behind it are not its own."""
    root: Any = yaml.compose(content)
    start = next(name.start_mark.line for name, _ in root.value if name.value == key)
    lines = content.splitlines()
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" ")):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return start, end


def _entry(lines: Sequence[str], entry: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """The lines of an entry with the fields replaced where they stand, and new ones in their order."""
    if lines[0].rstrip().endswith("}") and len(lines) == 1:  # written in one line
        head, fields = lines[0].split(":", 1)[0] + ":", {**entry, **fields}
        return [head, *(line for name in _sorted(fields) for line in _field(name, fields[name]))]
    blocks: dict[str, list[str]] = {"": []}
    name = ""
    for line in lines:
        if match := _KEY.match(line):
            name = match.group(1)
            blocks[name] = []
        blocks[name].append(line)
    blocks |= {name: _field(name, value) for name, value in fields.items()}
    kept = [name for name in blocks if name]
    for name in kept:  # a new field goes behind the one that it follows
        if name in fields and name not in entry:
            kept = [*(one for one in kept if one != name)]
            earlier = [place for place, one in enumerate(kept) if _rank(one) < _rank(name)]
            kept.insert(max(earlier, default=-1) + 1, name)
    return [*blocks[""], *(line for name in kept for line in blocks[name])]


def _sorted(names: Mapping[str, Any]) -> list[str]:
    return sorted(names, key=_rank)


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _field(name: str, value: Any, indent: str = "  ") -> list[str]:
    """A field as the files write it: a short text in quotes, a longer one folded, one of several lines as it is."""
    head = f"{indent}{name}:"
    if isinstance(value, Mapping):
        inner = [line for key, one in value.items() for line in _field(str(key), one, f"{indent}  ")]
        return [head, *inner]
    if isinstance(value, date):
        return [f"{head} {value.isoformat()}"]
    if not isinstance(value, str):
        return [f"{head} [{', '.join(str(one) for one in value)}]"]
    return _text(head, value, f"{indent}  ")


def _text(head: str, value: str, indent: str) -> list[str]:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" not in value and len(head) + len(quoted) + 3 <= WIDTH:
        return [f'{head} "{quoted}"']
    folded = textwrap.wrap(value, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    if "\n" not in value and " ".join(folded) == value:
        return [f"{head} >-", *(f"{indent}{line}" for line in folded)]
    return [f"{head} |-", *(f"{indent}{line}".rstrip() for line in value.split("\n"))]
