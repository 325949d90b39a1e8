"""The training data: every label, both languages and their mixture, each message in one place."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.config import ROOT
from bot.texts import Labels

FOLDER = ROOT / "data" / "nlu"
LEAST = {"es": 25, "en": 20, "mixed": 5}
LABELS = Labels.load(ROOT / "data" / "labels.yml")


def messages() -> Iterator[tuple[Path, str, str, str]]:
    """(file, label, language, text) of every example."""
    for file in sorted(FOLDER.glob("*/*.yml")):
        for block in yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            for line in block["examples"].splitlines():
                yield file, block["intent"], block["metadata"]["language"], line.removeprefix("- ")


ALL = list(messages())


def test_every_label_has_enough_of_each_language() -> None:
    counted = Counter((label, language) for _, label, language, _ in ALL)
    short = {
        (label, language): counted[label, language]
        for label in LABELS.names
        for language, least in LEAST.items()
        if counted[label, language] < least
    }
    assert short == {}


def test_every_message_stands_under_a_label_of_its_folders_group() -> None:
    assert {(file.parent.name, label) for file, label, *_ in ALL} == {
        (LABELS.group(label), label) for label in LABELS.names
    }


def test_no_message_stands_twice() -> None:
    said = Counter(re.sub(r"\W+", " ", text.casefold()).strip() or text for *_, text in ALL)
    assert [text for text, times in said.items() if times > 1] == []


@pytest.mark.parametrize("mark", ["[", "]"])
def test_no_message_holds_what_rasa_reads_as_an_annotation(mark: str) -> None:
    assert [text for *_, text in ALL if mark in text] == []


def test_no_message_looks_like_a_button() -> None:
    assert [text for *_, text in ALL if text.startswith("/")] == []
