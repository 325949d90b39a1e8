"""Whether what patients were told last of their cases is true at the end of the day."""

import re
from collections.abc import Iterator
from datetime import timedelta

from bench.rehearsal.record import Record
from bot.office import Office
from bot.outbox.deliver import ARRIVED
from bot.store.tables import Case, Send

WITH_SOMEBODY = ("handoff.taken", "handoff.transferred", "handoff.taken_over", "handoff.writes_again")
IN_THE_QUEUE = (
    "handoff.notified",
    "handoff.released",
    "handoff.returned",
    "handoff.reopened",
    "handoff.waiting_status",
    "handoff.already_open",
    "handoff.back_to_assistant",
    "safety.notified",
)
UNTIL_OPENING = ("handoff.out_of_hours", "handoff.all_away")
NOBODY_REACHED = re.compile(r"handoff\.nobody|safety\.\w+\.nobody(\.\w+)?")
IN_A_MOMENT = ("handoff.notifying",)
OVER = ("handoff.closed", "handoff.closed_off")
# What the patient may be left with at once: a word on how it went follows within this time.
MOMENT = timedelta(minutes=2)
ON_THE_WAY_TO_TAKE = timedelta(
    minutes=31
)  # after the opening: the target, then the patient hears that it takes longer
NEVER_TOLD = ("death", "undeliverable")


def dishonest(record: Record, office: Office) -> Iterator[str]:
    """Each open case whose patient was last told something that is not so, or nothing at all."""
    for case in record.cases:
        if case.closed_at is None and (wrong := _wrong(record, office, case)):
            yield f"case {case.id}: {wrong}"


def _wrong(record: Record, office: Office, case: Case) -> str:
    patient = record.conversations[case.conversation_id]
    if case.reason in NEVER_TOLD or patient.opted_out_at or patient.unreachable_at:
        return ""
    told = _last_told(record, case)
    if told is None:
        return "the patient was told nothing"
    send, key = told
    if send.state not in ARRIVED:
        return "" if send.error == "WindowClosed" else f"{key} is {send.state} ({send.error})"
    return (
        _untrue_of_a_held_one(record, case, send, key)
        if case.holder_id
        else _untrue(record, office, case, send, key)
    )


def _last_told(record: Record, case: Case) -> tuple[Send, str] | None:
    """The last bubble that says how a case of this conversation stands, and its text of that kind."""
    states = (*WITH_SOMEBODY, *IN_THE_QUEUE, *UNTIL_OPENING, *IN_A_MOMENT, *OVER)
    for send in reversed(record.sends):
        if send.conversation_id == case.conversation_id and send.state != "cancelled":
            keys = [key for key in record.keys(send) if key in states or NOBODY_REACHED.fullmatch(key)]
            if keys:
                return send, keys[-1]
    return None


def _untrue_of_a_held_one(record: Record, case: Case, send: Send, key: str) -> str:
    name = record.names[case.holder_id] if case.holder_id else ""
    if key not in WITH_SOMEBODY:
        return f"{name} holds it, the patient was last told {key}"
    return "" if name in send.body.get("text", "") else f"{name} holds it, {key} names somebody else"


def _untrue(record: Record, office: Office, case: Case, send: Send, key: str) -> str:
    age = record.ends - send.created_at
    if key in IN_THE_QUEUE:
        return ""
    if key in IN_A_MOMENT:
        return "" if age < MOMENT else f"{key} and then nothing for {age}"
    if key in UNTIL_OPENING:
        opening = office.next_opening(send.created_at)
        late = opening is not None and record.ends > opening + ON_THE_WAY_TO_TAKE
        return f"{key}, and since the opening nothing" if late else ""
    if NOBODY_REACHED.fullmatch(key):
        return (
            "somebody was notified since" if case.notified_at and case.notified_at > send.created_at else ""
        )
    return f"nobody holds it, the patient was last told {key}"


def forgotten(record: Record) -> Iterator[str]:
    """Each case that waits and for which nothing will ever happen again by itself, though the head of office was not told."""
    for case in record.cases:
        entries = {entry.kind for entry in record.of_case(case)}
        due = (case.notify_at, case.widen_at, case.page_again_at, case.escalate_at)
        left_by_patient = any(
            e.kind == "released" and e.body.get("why") == "patient" for e in record.of_case(case)
        )
        waits = case.closed_at is None and case.holder_id is None
        if waits and not any(due) and "escalated" not in entries and not left_by_patient:
            yield f"case {case.id}: nothing is due and nobody was told"
