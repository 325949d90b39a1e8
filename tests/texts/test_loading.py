"""A mistake in the texts stops the start, and says where it is."""

from pathlib import Path
from typing import Any

import pytest

from bot.datafile import DataFileError
from bot.texts import Labels, TextBook, TextError
from tests.texts.books import ROOT, folder_with

PAIR = {"es": "Hola", "en": "Hello"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"es": "Hola"}, "broken.en: missing"),
        ({"es": "Hola", "en": ""}, "broken.en:"),
        ({"es": "Hola {a}", "en": "Hello {b}"}, "broken: the placeholders a, b are not in both languages"),
        ({"es": "Hola {A}", "en": "Hello {A}"}, "broken: es has a brace that is no placeholder"),
        ({"es": "Hola }", "en": "Hello"}, "broken: es has a brace that is no placeholder"),
        (PAIR | {"buttons": ["nothing"]}, "broken: the button 'nothing' is not in buttons.yml"),
        (PAIR | {"buttons": ["help"] * 11}, "broken: has 11 buttons; 10 at most"),
        ({"es": "x" * 1601, "en": "x"}, "broken: es has 1601 characters; 1600 at most"),
        ({"es": "x", "en": "x" * 1025, "buttons": ["help"]}, "broken: en has 1025 characters; 1024 at most"),
        ({"es": "{fact.a}", "en": "{fact.a}"}, "broken: uses facts, so it needs without_facts"),
        (PAIR | {"relies_on": ["hours"]}, "broken: uses facts, so it needs without_facts"),
        (
            {"es": "{fact.a}", "en": "{fact.a}", "without_facts": {"es": "{fact.b}", "en": "{fact.b}"}},
            "broken: without_facts may not use facts itself",
        ),
        (
            {"es": "{fact.a}", "en": "{fact.a}", "without_facts": {"es": "{b}", "en": "{b}"}},
            "broken: without_facts has a placeholder that the text itself has not",
        ),
        (
            {"es": "{fact.a}", "en": "{fact.a}", "without_facts": {"es": "Hola"}},
            "broken.without_facts.en: missing",
        ),
        (PAIR | {"button": ["help"]}, "broken.button: unknown key"),
        ({"es": "Hola", "en": False}, "broken.en:"),  # YAML reads an unquoted No as false
    ],
)
def test_an_unfit_text_is_refused(tmp_path: Path, entry: dict[str, Any], message: str) -> None:
    with pytest.raises(TextError) as error:
        TextBook.load(folder_with(tmp_path, "notices.yml", {"broken": entry}))

    assert message in str(error.value)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (
            "buttons.yml",
            {"button.help": {"es": "Ver las opciones que hay", "en": "Options"}},
            "longer than 20",
        ),
        ("buttons.yml", {"button.help": {"es": "Ver"}}, "buttons.yml: button.help.en: missing"),
        ("commands.yml", {"take": {"takes": "number", "es": ["tomar"], "en": []}}, "words in es and en"),
        ("commands.yml", {"take": {"takes": "all", "es": ["tomar"], "en": ["take"]}}, "commands.yml: take"),
        ("calendar.yml", {}, "calendar.yml: es is missing"),
        (
            "templates.yml",
            {"a": {"category": "UTILITY", "variables": ["x"], **PAIR}},
            "template a: es: expected {{1}}",
        ),
        (
            "templates.yml",
            {"a": {"category": "UTILITY", "variables": ["x"], "es": "Caso {{1}}.", "en": "Case {{1}} here"}},
            "template a: es: a template may not begin or end with a variable",
        ),
        (
            "answers.yml",
            "a:\n  es: x\n  en: y\na:\n  es: x\n  en: y\n",
            "answers.yml: line 4: the key 'a' is given twice",
        ),
        ("answers.yml", "a: [", "answers.yml:"),
    ],
)
def test_an_unfit_file_is_refused(tmp_path: Path, file: str, content: Any, message: str) -> None:
    with pytest.raises(TextError) as error:
        TextBook.load(folder_with(tmp_path, file, content))

    assert message in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "notices.yml", {"a": PAIR})
    (folder / "answers.yml").unlink()

    with pytest.raises(TextError, match=r"answers\.yml: there is no such file"):
        TextBook.load(folder)


def test_the_same_key_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"answer\.greet: is in answers\.yml and in notices\.yml"):
        TextBook.load(folder_with(tmp_path, "notices.yml", {"answer.greet": PAIR}))


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    entries = {"one": PAIR | {"buttons": ["nothing"]}, "two": {"es": "{a}", "en": "x"}}

    with pytest.raises(TextError) as error:
        TextBook.load(folder_with(tmp_path, "notices.yml", entries))

    assert [line.split(":")[0] for line in str(error.value).splitlines()] == ["one", "two"]


def test_labels_of_an_unknown_group_are_refused(tmp_path: Path) -> None:
    text = (ROOT / "data" / "labels.yml").read_text(encoding="utf-8")
    path = tmp_path / "labels.yml"
    path.write_text(text.replace("group: people", "group: persons"), encoding="utf-8")

    with pytest.raises(DataFileError, match="expected one of the groups"):
        Labels.load(path)
