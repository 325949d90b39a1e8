"""What Rasa remembers: encrypted, short, in one row, and never quietly elsewhere."""

import uuid
from typing import Any

import psycopg

from tests.engine.conftest import Engine

Database = psycopg.Connection[Any]
ROW = "SELECT sealed FROM rasa.tracker WHERE conversation_id = %s"


def sealed(database: Database, sender: str) -> bytes:
    row = database.execute(ROW, [sender]).fetchone()
    assert row is not None
    return bytes(row[0])


def test_conversation_is_one_row_that_cannot_be_read(engine: Engine, database: Database) -> None:
    sender = str(uuid.uuid4())
    for _ in range(3):
        engine.ask(sender, "quiero cancelar mi cita con el cardiólogo")
    count = "SELECT count(*) FROM rasa.tracker WHERE conversation_id = %s"
    assert database.execute(count, [sender]).fetchone() == (1,)
    content = sealed(database, sender)
    assert b"cita" not in content
    assert b"event" not in content


def test_row_does_not_grow_with_the_conversation(engine: Engine, database: Database) -> None:
    sender = str(uuid.uuid4())
    sizes = []
    for _ in range(20):
        engine.ask(sender, "/ask_cost")
        sizes.append(len(sealed(database, sender)))
    assert sizes[-1] < sizes[9] * 1.05
    events = engine.get(f"/conversations/{sender}/tracker")["events"]
    assert len([event for event in events if event["event"] == "user"]) == 4


def test_deleting_the_row_forgets_the_conversation(engine: Engine, database: Database) -> None:
    sender = str(uuid.uuid4())
    engine.ask(sender, "/reschedule_appointment")
    database.execute("DELETE FROM rasa.tracker WHERE conversation_id = %s", [sender])
    assert engine.ask(sender, "/affirm") == [{"say": "answer.affirm"}]


def test_lost_connections_are_made_again(engine: Engine, database: Database) -> None:
    sender = str(uuid.uuid4())
    engine.ask(sender, "/reschedule_appointment")
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'puente-engine'"
    assert database.execute(cut).fetchall()
    assert engine.ask(sender, "/affirm")[0]["topic"] == "reschedule_appointment"


def test_unusable_database_is_an_error_and_nothing_is_kept_in_memory(
    engine: Engine, database: Database
) -> None:
    sender = str(uuid.uuid4())
    engine.ask(sender, "/reschedule_appointment")
    database.execute("ALTER TABLE rasa.tracker RENAME TO away")
    try:
        failed = engine.post(sender, "/cancel_appointment")
    finally:
        database.execute("ALTER TABLE rasa.away RENAME TO tracker")
    assert (failed.status_code, failed.json()) == (500, {"error": "engine_failed"})
    assert engine.ask(sender, "/affirm")[0]["topic"] == "reschedule_appointment"


def test_damaged_or_foreign_row_is_an_error_not_an_empty_conversation(
    engine: Engine, database: Database
) -> None:
    mine, theirs = str(uuid.uuid4()), str(uuid.uuid4())
    engine.ask(mine, "/reschedule_appointment")
    engine.ask(theirs, "/cancel_appointment")
    swap = "UPDATE rasa.tracker SET sealed = %s WHERE conversation_id = %s"
    database.execute(swap, [sealed(database, theirs), mine])
    assert engine.post(mine, "/affirm").status_code == 500
