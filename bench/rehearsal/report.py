"""The day in numbers, and its checks, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median, quantiles

from bench.rehearsal.day import Day
from bench.rehearsal.script import OFFICE_ZONE
from bot.store.tables import Case, Entry

SHOWN = 20  # offenders of one check
_ESCALATIONS = ("reminded", "delay_told", "returned", "escalated", "paged", "paged_all")
_WINDOWS = ("held", "delivered_late", "declined", "expired")
_MOVES = ("claimed", "transferred", "taken_over", "released", "reopened", "closed")


def figures(day: Day) -> Iterator[str]:
    """One line each."""
    record, kinds = day.record, Counter(entry.kind for entry in day.record.entries)
    begins, ends = (at.astimezone(OFFICE_ZONE) for at in (day.plan.begins, day.plan.ends))
    yield f"{begins:%a %H:%M} to {ends:%a %H:%M}, seed {day.plan.seed}"
    yield (
        f"Patients {len(day.patients)}, their messages {len(record.of_patients())}, "
        f"blocked the bot {sum(p.blocked for p in day.patients)}, opted out {sum(p.opted_out for p in day.patients)}"
    )
    lines = [line for one in day.consultants for line in one.hand.lines.values()]
    notes = sum(line.note for line in lines)
    yield f"Consultants {len(day.consultants)}, their lines to patients {len(lines) - notes}, notes {notes}"
    yield _cases(record.cases)
    yield _counted("Moves", kinds, _MOVES)
    yield _took("Until a case was taken", [_first(day, case, "claimed") for case in record.cases])
    yield _took("Until it was answered", [_first(day, case, "message") for case in record.cases])
    yield _counted("Escalations", kinds, _ESCALATIONS)
    yield _counted("Closed windows", kinds, _WINDOWS)
    yield _sends(day)
    yield f"Alarms: {_told(Counter(str(line.told.get('kind')) for line in day.stage.log.alarms()))}"


def _cases(cases: Sequence[Case]) -> str:
    urgencies = _told(Counter(case.urgency for case in cases))
    still_open = [case for case in cases if case.closed_at is None]
    held = sum(case.holder_id is not None for case in still_open)
    return f"Cases {len(cases)} ({urgencies}); at the end {held} held, {len(still_open) - held} waiting"


def _first(day: Day, case: Case, kind: str) -> timedelta | None:
    """From the opening of a case to a consultant's first entry of this kind."""

    def is_it(entry: Entry) -> bool:
        return entry.kind == kind and entry.consultant_id is not None

    entries = day.record.of_case(case)
    done = next((entry.at for entry in entries if is_it(entry)), None)
    return done - entries[0].at if done else None


def _took(what: str, waits: Sequence[timedelta | None]) -> str:
    minutes = sorted(wait.total_seconds() / 60 for wait in waits if wait is not None)
    if len(minutes) < 2:
        return f"{what}: too few"
    late = quantiles(minutes, n=20, method="inclusive")[-1]
    return f"{what}: median {median(minutes):.0f} min, 95 of 100 within {late:.0f} min ({len(minutes)} cases)"


def _counted(what: str, kinds: Counter[str], names: Sequence[str]) -> str:
    return f"{what}: " + ", ".join(f"{name} {kinds[name]}" for name in names)


def _sends(day: Day) -> str:
    log, states = day.stage.log, Counter(send.state for send in day.record.sends)
    errors = ("Throttled", "OutcomeUnknown", "Unavailable", "WindowClosed", "Rejected", "ContactUnreachable")
    failed = ", ".join(f"{error} {log.failed_sends(error)}" for error in errors)
    return f"Bubbles {len(day.record.sends)} ({_told(states)}); attempts that failed: {failed}"


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.most_common()) or "none"


def verdicts(offenders: dict[str, list[str]]) -> Iterator[str]:
    """PASS or FAIL for each check, and what offends it."""
    for name, found in offenders.items():
        yield f"{'FAIL' if found else 'PASS'}  {name}" + (f" ({len(found)})" if found else "")
        yield from (f"      {one}" for one in found[:SHOWN])
