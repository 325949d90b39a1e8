"""Who held each case when: replayed from its entries, apart from the columns that the product goes by."""

from collections.abc import Iterator
from uuid import UUID

from bench.rehearsal.record import Record
from bot.store.tables import Case, Entry


def contradictions(record: Record) -> Iterator[str]:
    """Each moment at which a case would have had two holders, or somebody acted as its holder who was not."""
    for case in record.cases:
        yield from _of_case(record, case)


def _of_case(record: Record, case: Case) -> Iterator[str]:
    holder: UUID | None = None
    for entry in record.of_case(case):
        wrong, holder = _next(entry, holder)
        if wrong:
            who = record.names.get(entry.consultant_id, "–") if entry.consultant_id else "–"
            yield f"case {case.id}, entry {entry.id} ({entry.kind} by {who}): {wrong}"
    if case.closed_at is None and holder != case.holder_id:
        yield f"case {case.id}: its entries add up to another holder than it has"


def _next(entry: Entry, holder: UUID | None) -> tuple[str, UUID | None]:
    """What is wrong with an entry, or "", and the holder after it."""
    who = entry.consultant_id
    match entry.kind:
        case "opened":
            return "", None
        case "reopened":
            return ("it was held" if holder else ""), None
        case "claimed":
            return ("somebody held it" if holder else ""), who
        case "taken_over":
            return ("nobody else held it" if holder in (None, who) else ""), who
        case "transferred":
            return ("she did not hold it" if holder != who else ""), UUID(entry.body["to"])
        case "released" | "returned":
            return ("she did not hold it" if holder != who else ""), None
        case "closed":
            return ("she did not hold it" if who and holder != who else ""), None
        case "message" if who is not None:
            return ("she did not hold it" if holder != who else ""), holder
    return "", holder
