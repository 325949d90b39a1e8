"""How much is left of a window, and what a file is called in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.windows import closes_at, is_open, left
from bot.outbox.files import kind_of
from bot.records.naming import size_of
from bot.store.tables import Conversation

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (timedelta(hours=23, minutes=40, seconds=59), "23 h 40 min"),
        (timedelta(hours=2), "2 h 00 min"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_what_is_left_is_said_in_hours_and_minutes(rest: timedelta, said: str) -> None:
    assert left(NOON + rest, NOON) == said


def test_a_window_lasts_24_hours_on_whatsapp_and_for_ever_on_telegram() -> None:
    chat = Conversation(channel="whatsapp", last_inbound_at=NOON, created_at=NOON)
    assert is_open(chat, NOON + timedelta(hours=23, minutes=59))
    assert not is_open(chat, NOON + timedelta(hours=24))
    assert closes_at(Conversation(channel="telegram", created_at=NOON)) is None


def test_who_never_wrote_has_no_window() -> None:
    assert not is_open(Conversation(channel="whatsapp", created_at=NOON), NOON)


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/pdf", "PDF"),
        ("application/msword", "DOC"),
        ("image/jpeg; q=1", "JPG"),
        ("odd/thing", "THING"),
    ],
)
def test_a_kind_of_file_has_the_name_people_use(content_type: str, kind: str) -> None:
    assert kind_of(content_type) == kind


@pytest.mark.parametrize(("count", "size"), [(10, "1 KB"), (850_400, "850 KB"), (1_240_000, "1.2 MB")])
def test_a_size_is_said_in_few_digits(count: int, size: str) -> None:
    assert size_of(count) == size
