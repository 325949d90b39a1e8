"""The audit log: who did what, when, in which case. Append-only (the database sees to it), and nothing of a patient."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.store.tables import Audit

ADMINISTRATOR, CONSULTANT, UNKNOWN = "administrator", "consultant", "unknown"
WHAT = (
    "link_sent",
    "signed_in",
    "signed_out",
    "wrong_password",
    "locked_out",
    "opened",
    "take",
    "take_over",
    "release",
    "close",
    "relay",
    "note",
    "send_note",
    "transfer",
    "undo",
    "outcome",
    "reopen",
    "confirm_visit",
    "propose_slot",
    "decline_visit",
    "request_granted",
    "request_done",
    "request_refused",
    "request_noted",
    "invited",
    "removed",
    "sent_away",
    "called_back",
    "file_opened",
    "audit_read",
    "recorded",
    "recording_erased",
    "message_opened",
    "message_lined",
    "message_out_of_scope",
    "message_skipped",
    "answer_edited",
    "answer_put_back",
)  # each has its words: console.audit.what.…


def record(
    session: AsyncSession,
    clock: Clock,
    what: str,
    *,
    actor: str = CONSULTANT,
    who: UUID | None = None,
    case_id: int | None = None,
    about: str = "",
) -> None:
    """Write one line in the caller's transaction: what it tells of happened, or neither did. `about`: whom or what else it
    concerns, by number (`Audit.about`)."""
    session.add(Audit(at=clock(), actor=actor, consultant_id=who, what=what, case_id=case_id, about=about))
