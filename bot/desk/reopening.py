"""A case closed a short while ago is opened again, under its number, when the patient wants a person once more or asks
about it: whoever comes back the next day does not begin anew. Every other message is the assistant's."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import targets
from bot.desk.cases import URGENCIES, append
from bot.services import Services
from bot.store.tables import Case, Entry, JoinedChat

WITHIN = timedelta(hours=72)
ANY_TOPIC = "talk_to_human"
# A person is wanted, whatever for. What has a reason of its own (a task, one's data, danger) is another case, unless it is
# about the same topic.
A_PERSON = (
    "asked",
    "status",
    "misunderstood",
    "not_helped",
    "complaint",
    "attachment",
    "engine_down",
    "assistant_off",
)
FOR_GOOD = ("blocked", "merged")  # entries of a case that is not to be opened again


async def last_closed(session: AsyncSession, conversation_id: UUID) -> Case | None:
    """The case of this conversation that was closed last; also one that was led in this chat as well."""
    joined = select(JoinedChat.case_id).where(JoinedChat.conversation_id == conversation_id)
    theirs = or_(Case.conversation_id == conversation_id, Case.id.in_(joined))
    query = select(Case).where(theirs, Case.closed_at.is_not(None))
    return (await session.scalars(query.order_by(Case.closed_at.desc()).limit(1))).one_or_none()


async def to_reopen(
    services: Services, session: AsyncSession, conversation_id: UUID, *, reason: str, topic: str
) -> Case | None:
    """The closed case that this wish goes on with, locked. Not while another one is open (cases.open_case_of)."""
    case = await last_closed(session, conversation_id)
    if case is None or case.closed_at is None or case.closed_at < services.clock() - WITHIN:
        return None
    if reason not in A_PERSON and topic != case.topic:
        return None
    ended = select(Entry.id).where(Entry.case_id == case.id, Entry.kind.in_(FOR_GOOD))
    if (await session.scalars(ended.limit(1))).first() is not None:
        return None
    return await session.get(Case, case.id, with_for_update={"key_share": True}, populate_existing=True)


async def reopen(
    services: Services,
    session: AsyncSession,
    case: Case,
    *,
    reason: str,
    topic: str = ANY_TOPIC,
    urgency: str = "normal",
    who: UUID | None = None,
) -> None:
    """Open it again, held by nobody, with all its clocks begun anew; `who` is the consultant who did, None for the patient.
    Consultants are not told yet (notify.notify)."""
    case.closed_at = case.holder_id = case.taken_at = None
    case.opened_at = services.clock()
    case.notified_at = case.announced_at = case.announce_by = case.notify_at = None
    case.page_all_at = case.page_again_at = case.widen_at = case.summoned_at = None
    case.outcome = ""
    case.reason, case.topic = reason, case.topic if topic == ANY_TOPIC else topic
    case.urgency = _urgency(case.urgency, urgency)
    await append(services, session, case, "reopened", who, reason=reason, topic=topic)
    await targets.opened(services, session, case)


def _urgency(before: str, now: str) -> str:
    """The danger of a closed case is over, yet whoever was in it does not wait like anybody."""
    return max("high" if before == "urgent" else before, now, key=URGENCIES.index)
