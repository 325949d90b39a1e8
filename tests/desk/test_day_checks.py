"""The checks of the replayed day see what they are there to see."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.rehearsal import holders, truth
from bench.rehearsal.record import Record
from bot.office import load
from bot.store.tables import Case, Conversation, Entry, Send

NOW = datetime(2027, 2, 9, 18, tzinfo=UTC)  # noon at the office
OFFICE = load(Path(__file__).parents[2] / "bench" / "day_office.yml")
ANA, BRUNO, CHAT = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()

type Happened = tuple[str, uuid.UUID | None]


def kept(happened: list[Happened], told: list[tuple[str, str]] = (), **case: Any) -> Record:  # type: ignore[assignment]
    """One case: what happened in it, and the texts its patient was told since three hours ago."""
    columns = {
        "id": 1,
        "conversation_id": CHAT,
        "reason": "asked",
        "urgency": "normal",
        "topic": "talk_to_human",
    }
    entries = [
        Entry(id=n, case_id=1, kind=kind, consultant_id=who, at=NOW, body={"to": str(BRUNO)})
        for n, (kind, who) in enumerate(happened, start=1)
    ]
    sends = [
        Send(
            id=n,
            conversation_id=CHAT,
            purpose="announcement",
            state="delivered",
            body={"text": text},
            why={"keys": [key]},
            created_at=NOW - timedelta(hours=3),
        )
        for n, (key, text) in enumerate(told, start=1)
    ]
    chat = Conversation(id=CHAT, role="patient", channel="telegram", address="1")
    names = {ANA: "Ana Ruiz", BRUNO: "Bruno Salas"}
    return Record(NOW, [Case(**columns | case)], entries, [], sends, {CHAT: chat}, names)


SOUND: list[list[Happened]] = [
    [("opened", None), ("claimed", ANA), ("message", ANA), ("message", None), ("closed", ANA)],
    [("opened", None), ("claimed", ANA), ("transferred", ANA), ("message", BRUNO), ("closed", BRUNO)],
    [("opened", None), ("claimed", ANA), ("returned", ANA), ("claimed", BRUNO), ("closed", BRUNO)],
    [("opened", None), ("claimed", ANA), ("taken_over", BRUNO), ("closed", BRUNO)],
]
UNSOUND: list[list[Happened]] = [
    [("opened", None), ("claimed", ANA), ("claimed", BRUNO)],
    [("opened", None), ("claimed", ANA), ("message", BRUNO)],
    [("opened", None), ("claimed", ANA), ("released", ANA), ("message", ANA)],
    [("opened", None), ("claimed", ANA), ("transferred", ANA), ("message", ANA)],
    [("opened", None), ("claimed", BRUNO), ("closed", ANA)],
]


@pytest.mark.parametrize("happened", SOUND)
def test_one_holder_at_a_time_is_no_contradiction(happened: list[Happened]) -> None:
    assert not list(holders.contradictions(kept(happened, closed_at=NOW)))


@pytest.mark.parametrize("happened", UNSOUND)
def test_a_second_holder_and_words_of_nobody_s_holder_are_seen(happened: list[Happened]) -> None:
    assert list(holders.contradictions(kept(happened, closed_at=NOW)))


@pytest.mark.parametrize(
    ("told", "holder", "true"),
    [
        ([("handoff.taken", "Ahora le atiende Ana Ruiz")], ANA, True),
        ([("handoff.taken", "Ahora le atiende Ana Ruiz")], BRUNO, False),
        ([("handoff.taken", "Ahora le atiende Ana Ruiz")], None, False),
        ([("handoff.taken", "Ana Ruiz"), ("handoff.returned", "")], None, True),
        ([("handoff.taken", "Ana Ruiz"), ("handoff.closed", "")], ANA, False),
        ([("handoff.notified", "")], None, True),
        ([("handoff.notified", "")], ANA, False),
        ([("handoff.notifying", "")], None, False),  # and then nothing for three hours
        ([("handoff.out_of_hours", "")], None, False),  # it has opened, and nobody came
        ([("answer.ask_cost", "")], None, False),  # nothing about the case
    ],
)
def test_what_a_patient_was_told_last_has_to_be_so(
    told: list[tuple[str, str]], holder: uuid.UUID | None, true: bool
) -> None:
    assert (not list(truth.dishonest(kept([], told, holder_id=holder), OFFICE))) is true


def test_a_case_for_which_nothing_will_happen_is_forgotten() -> None:
    assert list(truth.forgotten(kept([("opened", None)])))
    assert not list(truth.forgotten(kept([("opened", None)], escalate_at=NOW)))
    assert not list(truth.forgotten(kept([("opened", None), ("escalated", None)])))
