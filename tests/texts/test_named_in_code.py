"""The code names only texts that exist."""

import re

from bot.texts import TextBook
from tests.texts.books import ROOT

LANGUAGES = ("es", "en")


def keys_in_code() -> set[str]:
    """Text keys written out in Python: what looks like one and is whole."""
    key = re.compile(
        r'"((?:answer|handoff|fallback|safety|desk|console|system|intake|telehealth|records|family|voice|slip|private|callback|case\.status|opt_out|language|privacy|death|repeat)'
        r'\.[a-z_]+(?:\.[a-z_]+)*|third_language)"'
    )
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]
    return {found for path in files for found in key.findall(path.read_text(encoding="utf-8"))}


def alarms_in_code() -> set[str]:
    alarm = re.compile(r'raise_alarm\(\s*[\w.]+,\s*[\w.]+,\s*"([a-z_]+)"')
    files = (ROOT / "bot").rglob("*.py")
    return {
        f"system.alarm.{kind}" for path in files for kind in alarm.findall(path.read_text(encoding="utf-8"))
    }


def reasons_in_code() -> set[str]:
    """Why cases are opened: `reason="…"` and the actions' open_case("…")."""
    reason = re.compile(r'(?:reason=|open_case\()"([a-z_]+)"')
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]
    return {found for path in files for found in reason.findall(path.read_text(encoding="utf-8"))}


def test_every_reason_to_open_a_case_has_a_word(book: TextBook) -> None:
    assert reasons_in_code()
    for reason in reasons_in_code() | {"emergency", "crisis", "death"}:
        for language in LANGUAGES:
            assert book.word("reason", reason, language)


def test_every_key_that_the_code_names_exists(book: TextBook) -> None:
    marks = {
        "system.stuck",
        "desk.yml",
        "intake.yml",
        "telehealth.yml",
        "records.yml",
        "privacy.yml",
        "family.yml",
        "voice.yml",
        "slip.yml",
        "console.yml",
        "private.yml",
        "callback.yml",
        "records.id",
        "records.name",
    }  # in the data base in place of a key; names of files; columns
    effects_outcomes = {key for key in keys_in_code() if key.startswith("case_status.")}

    assert keys_in_code() - set(book.keys) - marks - effects_outcomes == set()
    assert alarms_in_code() - set(book.keys) == set()
