"""Cases: an append-only story. Every change is an entry; the row is what the entries add up to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import targets
from bot.family import contacts
from bot.journeys import drafts
from bot.observability.metrics import CASES
from bot.outbox.draft import FORWARD
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry, JoinedChat, Send

URGENCIES = ("normal", "high", "urgent")
MERGED = "merged"  # the outcome of a case that goes on in another of the same person's
SAFETY = ("emergency", "crisis", "death")
# What a relative wants of the case that she accompanies; anything else (a task, her own data) is a case of her own.
OF_THE_SAME_CASE = (
    *SAFETY,
    "asked",
    "status",
    "misunderstood",
    "not_helped",
    "attachment",
    "engine_down",
    "assistant_off",
    "undeliverable",
)
BACK_IN_THE_QUEUE = ("released", "returned")  # entries; the second, because its holder was silent
SHOWN_ON_THE_BOARD = (  # entries after which the line of a case in the staff group reads otherwise (bot/desk/board.py)
    "opened",
    "asked_again",
    "red_flag",
    "claimed",
    "taken_over",
    "transferred",
    *BACK_IN_THE_QUEUE,
    "joined",
    "closed",
    "reopened",
)
# What is due by the clock only while nobody holds a case (and, the last, while its holder does not react).
WHILE_WAITING = ("notify_at", "announce_by", "widen_at", "page_again_at", "page_all_at")


async def append(
    services: Services, session: AsyncSession, case: Case, entry: str, who: UUID | None = None, **body: Any
) -> None:
    """Write one entry. `who` is the consultant, None for the patient or the assistant."""
    session.add(Entry(case_id=case.id, kind=entry, consultant_id=who, at=services.clock(), body=body))
    if services.settings.telegram_staff_chat_id and entry in SHOWN_ON_THE_BOARD:
        case.board_due_at = services.clock()


async def locked(session: AsyncSession, number: int) -> Case | None:
    """The case, locked after its conversation: the order in which a patient's turn locks them, so that none waits for
    the other for ever."""
    return next(iter(await all_locked(session, [number])), None)


async def all_locked(session: AsyncSession, numbers: Sequence[int]) -> Sequence[Case]:
    """These cases in the order of their numbers, locked after all the chats in which they are led, and those of relatives."""
    query = select(Case).where(Case.id.in_(numbers)).order_by(Case.id)
    found = (await session.scalars(query)).all()
    chats = [chat for case in found for chat in await chats_of(session, case)]
    chats += [one.chat.id for case in found for one in await contacts.relatives(session, case)]
    theirs = select(Conversation.id).where(Conversation.id.in_(chats)).order_by(Conversation.id)
    await session.execute(theirs.with_for_update(key_share=True))
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.scalars(query)).all()


async def chats_of(session: AsyncSession, case: Case) -> Sequence[UUID]:
    """The patient's chats in which the case is led, first the one that its answers go to. One, unless a consultant has
    joined it with another case of the same person (merging.py)."""
    joined = select(JoinedChat.conversation_id).where(JoinedChat.case_id == case.id)
    return list(dict.fromkeys([case.conversation_id, *await session.scalars(joined)]))


async def open_case_of(session: AsyncSession, conversation_id: UUID) -> Case | None:
    """The conversation's own open case; else the one that is led in this chat as well. Locked."""
    joined = select(JoinedChat.case_id).where(JoinedChat.conversation_id == conversation_id)
    for which in (Case.conversation_id == conversation_id, Case.id == joined.scalar_subquery()):
        query = select(Case).where(which, Case.closed_at.is_(None)).with_for_update(key_share=True)
        if case := (await session.scalars(query)).one_or_none():
            return case
    return None


async def case_with(session: AsyncSession, conversation_id: UUID) -> Case | None:
    """The open case that this person's words are part of: their own, else the one that they accompany. Locked."""
    own = await open_case_of(session, conversation_id)
    return own or await contacts.accompanied(session, conversation_id)


async def continued_in(session: AsyncSession, number: int) -> int:
    """The number under which a case goes on, when it was merged into another; else its own."""
    case = await session.get(Case, number)
    if case is None or case.outcome != MERGED:
        return number
    query = select(Entry).where(Entry.case_id == number, Entry.kind == "merged")
    merged = (await session.scalars(query.order_by(Entry.id.desc()).limit(1))).one()
    return await continued_in(session, int(merged.body["into"]))


async def open_case(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    *,
    reason: str,
    topic: str,
    urgency: str = "normal",
) -> tuple[Case, bool]:
    """The conversation's open case or a new one; and whether consultants have something new to hear of. Who accompanies
    somebody's case and only wants a person, or is in danger, is in that case."""
    case = await open_case_of(session, conversation.id)
    if case is None and (
        theirs := await _accompanied(services, session, conversation, reason, topic, urgency)
    ):
        return theirs, False
    if case is not None:
        await append(services, session, case, "asked_again", reason=reason, topic=topic)
        before, changed = case.urgency, _turned(case, reason, topic, urgency)
        await targets.asked_again(services, session, case, raised=case.urgency != before)
        return case, changed
    case = Case(
        conversation_id=conversation.id,
        reason=reason,
        topic=topic,
        urgency=urgency,
        language=conversation.language or "es",
        lane=_lane(services, conversation, topic),
        opened_at=services.clock(),
    )
    session.add(case)
    await session.flush()
    await targets.opened(services, session, case)
    await append(services, session, case, "opened", reason=reason, topic=topic)
    CASES.labels(reason=reason).inc()
    return case, True


async def _accompanied(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    reason: str,
    topic: str,
    urgency: str,
) -> Case | None:
    """The case of somebody else that this wish is part of; what it is about stays the patient's to say. A person wanted in
    the middle of a request of her own is for that request."""
    draft = await drafts.open_draft(session, conversation.id)
    hers = reason not in SAFETY and draft is not None and drafts.told(draft)
    if reason not in OF_THE_SAME_CASE or hers:
        return None
    case = await contacts.accompanied(session, conversation.id)
    if case is not None:
        await append(services, session, case, "asked_again", reason=reason, topic=topic)
        before = case.urgency
        if reason in SAFETY:
            case.urgency = max(before, urgency, key=URGENCIES.index)
        await targets.asked_again(services, session, case, raised=case.urgency != before)
    return case


def _lane(services: Services, conversation: Conversation, topic: str) -> str:
    """A colleague's cases are for the clinicians' lane, whatever they are about; who wants to collaborate is one."""
    if topic == "collaborate":
        conversation.colleague_at = conversation.colleague_at or services.clock()
    return "clinicians" if conversation.colleague_at else ""


def _turned(case: Case, reason: str, topic: str, urgency: str) -> bool:
    """What is asked now is what the case is about from here on, unless it is about danger; whether that is a change."""
    if URGENCIES.index(urgency) > URGENCIES.index(case.urgency):
        case.urgency = urgency
    if case.reason in SAFETY or (case.reason, case.topic) == (reason, topic):
        return False
    case.reason, case.topic, case.announced_at = reason, topic, None
    return case.holder_id is None


async def notes(session: AsyncSession, case: Case) -> Sequence[Entry]:
    """What consultants noted, oldest first."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind == "note").order_by(Entry.id)
    return (await session.scalars(query)).all()


async def take(services: Services, session: AsyncSession, case: Case, consultant_id: UUID) -> bool:
    """Make her the holder. False when somebody else holds it or it is closed: first come, first served."""
    now = services.clock()
    taken = (
        update(Case)
        .where(Case.id == case.id, Case.holder_id.is_(None), Case.closed_at.is_(None))
        .values(holder_id=consultant_id, taken_at=now, **dict.fromkeys(WHILE_WAITING))
        .returning(Case.id)
    )
    if (await session.scalars(taken)).one_or_none() is None:
        return False
    await session.refresh(case)
    case.announced_at = case.announced_at or now
    await targets.taken(services, session, case)
    await append(services, session, case, "claimed", consultant_id)
    return True


async def hand_over(
    services: Services, session: AsyncSession, case: Case, holder_id: UUID, entry: str, who: UUID, **body: Any
) -> None:
    """From one holder straight to another. The case is locked; `who` did it."""
    case.holder_id, case.taken_at = holder_id, services.clock()
    await targets.taken(services, session, case)
    await append(services, session, case, entry, who, **body)
    await _stop_forwarding(session, case)


async def _stop_forwarding(session: AsyncSession, case: Case) -> None:
    """What is still on its way to who held it: whoever has the case next reads it on becoming the holder."""
    on_its_way = update(Send).where(Send.case_id == case.id, Send.purpose == FORWARD.name)
    await session.execute(on_its_way.where(Send.state.in_(("pending", "held"))).values(state="cancelled"))


async def release(services: Services, session: AsyncSession, case: Case, why: str) -> None:
    """Back to the queue."""
    entry = "returned" if why == "silent" else "released"
    await append(services, session, case, entry, case.holder_id, why=why)
    case.holder_id = case.taken_at = None
    case.announced_at = case.announced_at or services.clock()  # she knows; a new card is no news to her
    if why == "patient":  # who went back to the assistant waits for nobody
        targets.stopped(case)
    else:
        await targets.opened(services, session, case)
    await _stop_forwarding(session, case)


async def close(services: Services, session: AsyncSession, case: Case, consultant_id: UUID | None) -> None:
    """The case ends; the assistant speaks again. Nobody closed it when its patient had everything erased."""
    case.closed_at = services.clock()
    for due in WHILE_WAITING:
        setattr(case, due, None)
    theirs = [one.chat.id for one in await contacts.relatives(session, case)]
    calm = update(Conversation).where(Conversation.id.in_([*await chats_of(session, case), *theirs]))
    await session.execute(calm.values(quiet_since=None))
    case.callback_since = case.callback_number = case.callback_at = None
    targets.stopped(case)
    await append(services, session, case, "closed", consultant_id)


async def held_by(session: AsyncSession, consultant_id: UUID) -> Sequence[Case]:
    query = select(Case).where(Case.holder_id == consultant_id, Case.closed_at.is_(None)).order_by(Case.id)
    return (await session.scalars(query)).all()


async def held_by_others(session: AsyncSession, consultant_id: UUID) -> Sequence[Case]:
    query = select(Case).where(Case.holder_id != consultant_id, Case.closed_at.is_(None)).order_by(Case.id)
    return (await session.scalars(query)).all()


async def waiting(session: AsyncSession) -> Sequence[Case]:
    """Open cases that nobody holds, most urgent first, then oldest."""
    query = select(Case).where(Case.holder_id.is_(None), Case.closed_at.is_(None))
    return sorted((await session.scalars(query)).all(), key=urgent_first)


def urgent_first(case: Case) -> tuple[int, int]:
    """To sort by: most urgent first, then oldest."""
    return -URGENCIES.index(case.urgency), case.id
