"""What data/records.yml wants has names, and titles that fit a button."""

from pathlib import Path

from bot.config import ROOT
from bot.office import load
from bot.records.checklist import OTHER, lists
from bot.texts import TextBook


def test_every_thing_wanted_has_a_name_and_a_button() -> None:
    book = TextBook.load(ROOT / "data" / "texts")
    for name in {OTHER, *(item for wanted in lists().values() for item in wanted.items)}:
        assert book.has(f"records.item.{name}")
        for language in ("es", "en"):
            assert len(book.title(f"record_{name}", language)) <= 20


def test_every_specialty_of_the_office_has_a_list() -> None:
    assert set(load(Path(ROOT / "data" / "office.yml")).specialties) <= set(lists())


def test_every_reason_of_refusal_has_its_words() -> None:
    book = TextBook.load(ROOT / "data" / "texts")
    source = (ROOT / "bot" / "records" / "check.py").read_text("utf-8")
    reasons = {part.split('"')[0] for part in source.split('Refused("')[1:]}
    assert reasons
    for reason in reasons | {"gone", "too_large", "zip_program", "zip_other"}:
        assert book.has(f"records.refused.{reason}"), reason
