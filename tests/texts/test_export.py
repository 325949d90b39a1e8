"""Edited answers go back into their file: only they change; comments, order and layout stay."""

import asyncio
import difflib
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from bot.answers.export import _with, export
from bot.config import Settings
from bot.store.database import Database
from bot.store.tables import AnswerVersion
from bot.texts import TextBook
from tests.product.real_rasa import KEY
from tests.texts.books import FOLDER

NEW: dict[str, Any] = {"reviewed": date(2026, 12, 1), "review_by": date(2027, 6, 1)}
KEYS = tuple(f"answer.{name}" for name in ("greet", "help", "ask_hours", "ask_cost", "ask_cost.named"))
WORDS = {
    "short": 'Hola: “así” "queda" \\ y {office.name}.',
    "long": "Una frase que no cabe en una línea. " * 8,
    "lines": "Teléfono: {fact.phone}\n\n- uno\n# dos",
}


@pytest.mark.parametrize("name", WORDS)
def test_an_answer_can_be_written_back_and_nothing_else_changes(name: str) -> None:
    content = (FOLDER / "answers.yml").read_text("utf-8")
    before = yaml.safe_load(content)
    words = WORDS[name].strip()
    for key in KEYS:
        fields = {**NEW, "es": words, "en": words}
        changed = _with(content, key, fields)  # raises when it would say anything else
        gone = [
            line[2:] for line in difflib.ndiff(content.splitlines(), changed.splitlines()) if line[:2] == "- "
        ]
        assert not [line for line in gone if line.startswith(("#", "answer."))]
        assert yaml.safe_load(changed)[key] == {**before[key], **fields}


def test_what_says_the_same_already_is_left_as_it_is_written() -> None:
    content = (FOLDER / "answers.yml").read_text("utf-8")
    same = yaml.safe_load(content)["answer.ask_hours"]
    told = {"es": same["es"], "en": same["en"], "without_facts": same["without_facts"]}
    assert _with(content, "answer.ask_hours", {**told, "reviewed": date(2027, 1, 1)}) == content


def test_an_entry_of_one_line_becomes_a_block() -> None:
    content = "# above\nanswer.x: {es: Hola, en: Hello}    # beside\n\n# below\nanswer.y: {es: a, en: b}\n"
    with pytest.raises(KeyError):
        _with(content, "answer.z", {"es": "x"})
    flow = content.replace("    # beside", "")
    assert _with(flow, "answer.x", {"es": "Buenas"}) == (
        '# above\nanswer.x:\n  es: "Buenas"\n  en: "Hello"\n\n# below\nanswer.y: {es: a, en: b}\n'
    )


def test_the_command_writes_what_counts_and_the_book_loads(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(FOLDER, folder)
    asyncio.run(_edited(database_url))
    settings = settings_of(database_url)
    (line,) = export(settings, folder)
    assert line.endswith("answers.yml: answer.ask_cost")
    entry = TextBook.load(folder).entries["answer.ask_cost"]
    assert (entry.es, entry.review_by) == ("Lo dice un consultor.", date(2027, 6, 1))
    assert export(settings, folder) == ["Nothing to write: the files say what is said."]


def settings_of(database_url: str) -> Settings:
    return Settings.model_validate(
        {"database_url": SecretStr(database_url), "encryption_key": SecretStr(KEY)}
    )


async def _edited(database_url: str) -> None:
    store = Database(database_url)
    await store.open(settings_of(database_url).encryption_keys)
    async with store.session() as session:
        for words in ("Primero.", "Lo dice un consultor."):
            texts = {"es": words, "en": "A consultant tells.", "without_facts": None}
            row = AnswerVersion(
                key="answer.ask_cost", texts=texts, at=datetime(2026, 12, 1, tzinfo=UTC), reason="-"
            )
            row.review_by = date(2027, 6, 1)
            session.add(row)
            await session.flush()
    await store.close()
