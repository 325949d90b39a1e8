"""What of Rasa's output may be kept. The lines are written in the forms that Rasa 3.6 prints."""

import pytest

from bot.config import ROOT
from bot.supervisor.output import Kept, keep

SAID = "mi mamá tiene cáncer, soy Ana Inventada, +52 55 0000 0123"


@pytest.mark.parametrize(
    "line",
    [
        SAID,
        f"2026-11-22 10:00:00 INFO     rasa.core.processor  - Received user message '{SAID}'",
        f"2026-11-22 10:00:00 DEBUG    rasa.core.processor  - {SAID}",
        f'{{"text": "{SAID}", "level": "info"}}',
        f'{{"event": "{SAID}", "level": "error"}}',
        f'{{"event": "{SAID}'[:60],
        f'  File "/home/ana/{SAID}.py", line 3, in f',
        "    raise ValueError(text)",
        "2026-11-22 10:00:00 WARNING  py.warnings  - x.py:3: DeprecationWarning: old",
        '{"event": "py.warnings", "level": "warning"}',
        "",
    ],
)
def test_nothing_a_person_said_is_kept(line: str) -> None:
    assert keep(line) is None


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (
            f'{{"user_text": "{SAID}", "event": "processor.message.timeout", "level": "error"}}',
            Kept("error", "processor.message.timeout"),
        ),
        (
            f"2026-11-22 10:00:00 ERROR    rasa.core.lock  - {SAID}",
            Kept("error", "rasa.core.lock"),
        ),
        (
            f'2026-11-22 10:00:00 WARNING  rasa.nlu  - {{"event": "nlu.parse.slow", "text": "{SAID}"}}',
            Kept("warning", "nlu.parse.slow"),
        ),
        (
            f"\x1b[33m2026-11-22 10:00:00 WARNING  rasa.nlu  - [warning  ] nlu.parse.slow  text={SAID}\x1b[0m",
            Kept("warning", "nlu.parse.slow"),
        ),
        (f"ValueError: {SAID}", Kept("error", "ValueError")),
        (f"sanic.exceptions.ServerErrorException: {SAID}", Kept("error", "ServerErrorException")),
        (
            f'  File "{ROOT}/engine/channel.py", line 12, in receive',
            Kept("error", "at engine/channel.py:12 receive"),
        ),
    ],
)
def test_names_kinds_and_places_are_kept_without_the_words(line: str, kept: Kept) -> None:
    assert keep(line) == kept
    assert not any(word in repr(kept) for word in ("Ana", "cáncer", "0123"))
