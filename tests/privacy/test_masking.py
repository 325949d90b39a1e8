"""Every sentence of data/private.yml is a test; and what has to hold of them all."""

import re
import time
from pathlib import Path

import pytest

from bot.channels.base import Attachment, AttachmentKind, ChannelName, Message
from bot.config import ROOT
from bot.privacy.masking import MARK, Masking, PrivateFileError, read, the_rules

WORDS, KINDS = read(ROOT / "data" / "private.yml")
EXAMPLES = [(name, kind.keep, text) for name, kind in KINDS.items() for text in kind.examples]
COUNTER_EXAMPLES = [(name, text) for name, kind in KINDS.items() for text in kind.counter_examples]
QUOTED = re.compile(r"«([^»]*)»")


def signs(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


@pytest.mark.parametrize(("kind", "keep", "text"), EXAMPLES)
def test_what_is_quoted_in_an_example_goes_and_nothing_else(kind: str, keep: int, text: str) -> None:
    masked = the_rules()(text.replace("«", "").replace("»", ""))
    assert kind in masked.kinds
    for private in QUOTED.findall(text):
        assert private not in masked.text
    pattern = re.escape(QUOTED.sub("\0", text)).replace("\0", rf"{MARK}(?: \d{{4}})?")
    assert re.fullmatch(pattern, masked.text), masked.text
    if keep and len(QUOTED.findall(text)) == 1:
        assert masked.text.count(signs(QUOTED.findall(text)[0])[-keep:]) == 1


@pytest.mark.parametrize(("kind", "text"), COUNTER_EXAMPLES)
def test_a_counter_example_stays_as_it_is(kind: str, text: str) -> None:
    masked = the_rules()(text)
    assert (masked.text, masked.kinds) == (text, ())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_sentences_on_both_sides(kind: str) -> None:
    assert len(KINDS[kind].examples) >= 3
    assert len(KINDS[kind].counter_examples) >= 3


def test_what_is_masked_stays_so_when_it_is_read_again() -> None:
    for _, _, text in EXAMPLES:
        once = the_rules()(text.replace("«", "").replace("»", "")).text
        assert the_rules()(once).text == once


def test_names_of_files_and_labels_are_masked_too() -> None:
    passport = Attachment(AttachmentKind.DOCUMENT, name="pasaporte G12345678.pdf", label="GODE561231GR8")
    arrived = Message(
        ChannelName.TELEGRAM,
        "1",
        "2",
        "3",
        text="hola",
        sender_name="Luz 4111 1111 1111 1111",
        attachments=(passport,),
    )
    kept, kinds = the_rules().message(arrived)
    assert kept.attachments[0].name == f"pasaporte {MARK}.pdf"
    assert kept.attachments[0].label == MARK
    assert kept.sender_name == f"Luz {MARK} 1111"
    assert set(kinds) == {"passport", "rfc", "card"}


def test_a_wrong_file_is_refused_with_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "private.yml"
    path.write_text("kinds: {card: {keep: four, rules: [], examples: [], counter_examples: []}}", "utf-8")
    with pytest.raises(PrivateFileError, match="keep"):
        Masking.load(path)


def test_a_long_text_of_numbers_is_read_in_no_time() -> None:

    text = "1 2 3 4 " * 500
    start = time.process_time()
    the_rules()(text)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("mi pasaporte es G12345678 y mi curp LOPL850101MDFRRZ09", True),
        ("GOML850101MDFRRZ06", True),
        ("mi pasaporte es G12345678, ¿necesito visa?", False),
        ("mi pasaporte es", False),
    ],
)
def test_what_only_names_the_numbers_says_nothing_else(text: str, nothing: bool) -> None:
    rules = the_rules()
    assert rules.says_nothing_else(rules(text).text) == nothing
