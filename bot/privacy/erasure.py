"""Everything of a person leaves our tables: what hangs on their chats goes with them, what others' chats say of them is
emptied, and of their cases stay the number, the times and the outcome. What leads to them is handed back, for the receipt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.privacy import requests, traces
from bot.store.jobs import ANSWER, DELIVER, FETCH, URGENT, URGENT_LANE
from bot.store.tables import (
    MADE_BY_US,
    Case,
    Conversation,
    Entry,
    Erasure,
    JoinedChat,
    Message,
    Record,
    Send,
    StoredFile,
)

ROLE = "erased"  # of the empty conversation on which the cases of somebody erased hang
REASON, TOPIC, OUTCOME = "erased", "delete_my_data", "erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """What went. `copies`: ids of bubbles in consultants' chats, for their provider. `seen`: the consultants concerned."""

    counts: Mapping[str, int]
    cases: Sequence[int]
    copies: Sequence[str]
    seen: frozenset[UUID]


def ask(session: AsyncSession, conversation: Conversation, now: datetime, *, by: str) -> Erasure:
    """Block the chat at once; the erasing follows (bot/desk/erasing.py). `by`: chat, office, age."""
    conversation.erasing_at = now
    row = Erasure(
        conversation_id=conversation.id,
        channel=conversation.channel,
        language=conversation.language or "es",
        asked_by=by,
        asked_at=now,
        due_at=now,
    )
    session.add(row)
    return row


async def chats_of_person(session: AsyncSession, conversation_id: UUID) -> list[UUID]:
    """The chat, and those that a consultant has joined with it as the same person's."""
    own = select(JoinedChat.case_id).where(JoinedChat.conversation_id == conversation_id)
    joined = select(JoinedChat.conversation_id).where(JoinedChat.case_id.in_(own))
    return list(dict.fromkeys([conversation_id, *await session.scalars(joined)]))


async def erase(session: AsyncSession, chats: Sequence[UUID], now: datetime) -> Erased:
    """All of it in the caller's transaction. No case of theirs is open."""
    people = await _locked(session, chats)
    query = select(Case).where(Case.conversation_id.in_(chats)).order_by(Case.id).with_for_update()
    cases = (await session.scalars(query)).all()
    numbers = [case.id for case in cases]
    counts = await _counted(session, chats, numbers)
    told = await traces.empty(session, people, numbers, now)
    await requests.forget(session, list(chats), now)
    board = (await session.scalars(_board_lines(numbers))).all()
    await _forget_work(session, chats)
    left = [_what_stays(case, now) for case in cases]
    channel = people[0].channel if people else ""
    session.expunge_all()
    await session.execute(delete(Record).where(Record.case_id.in_(numbers)))  # a relative's too
    await session.execute(delete(Conversation).where(Conversation.id.in_(chats)))
    await _keep(session, left, channel, now, board)
    return Erased(counts, numbers, told.copies, told.seen)


async def _locked(session: AsyncSession, chats: Sequence[UUID]) -> Sequence[Conversation]:
    """Nobody may write to them meanwhile: who tries waits, and then meets a new contact."""
    query = select(Conversation).where(Conversation.id.in_(chats)).order_by(Conversation.id)
    return (await session.scalars(query.with_for_update())).all()


async def _counted(session: AsyncSession, chats: Sequence[UUID], numbers: Sequence[int]) -> dict[str, int]:
    theirs, own = Message.conversation_id.in_(chats), StoredFile.position < MADE_BY_US
    queries = {
        "messages": select(func.count()).select_from(Message).where(theirs),
        "replies": select(func.count()).select_from(Send).where(Send.conversation_id.in_(chats)),
        "files": select(func.count()).select_from(StoredFile).join(Message).where(theirs, own),
        "records": select(func.count()).select_from(Record).where(Record.conversation_id.in_(chats)),
        "entries": select(func.count()).select_from(Entry).where(Entry.case_id.in_(numbers)),
    }
    return {name: await session.scalar(query) or 0 for name, query in queries.items()}


def _board_lines(numbers: Sequence[int]) -> Any:
    """The lines of these cases in the staff group: a number and a state, edited in place."""
    return select(Send.id, Send.case_id).where(Send.case_id.in_(numbers), Send.purpose == "board")


async def _forget_work(session: AsyncSession, chats: Sequence[UUID]) -> None:
    """Jobs that wait, and Rasa's memory, which is in this database too (engine/tracker_store.py)."""
    ids = [str(chat) for chat in chats]
    locks = [f"{task}:{one}" for task in (ANSWER, DELIVER, FETCH) for one in ids]
    locks += [f"{URGENT}:{one}{URGENT_LANE}" for one in ids]
    jobs = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND lock = ANY(:locks)")
    await session.execute(jobs, {"locks": locks})
    if await has_trackers(session):
        memory = text("DELETE FROM rasa.tracker WHERE conversation_id = ANY(:ids)")
        await session.execute(memory, {"ids": ids})


async def has_trackers(session: AsyncSession) -> bool:
    """Whether Rasa has ever served from this database."""
    return await session.scalar(text("SELECT to_regclass('rasa.tracker')::text")) is not None


def _what_stays(case: Case, now: datetime) -> dict[str, Any]:
    return {
        "id": case.id,
        "reason": REASON,
        "topic": TOPIC,
        "urgency": "normal",
        "language": case.language,
        "opened_at": case.opened_at,
        "taken_at": case.taken_at,
        "closed_at": case.closed_at or now,
        "outcome": case.outcome or OUTCOME,
        "board_due_at": case.board_due_at,
    }


async def _keep(
    session: AsyncSession, left: Iterable[dict[str, Any]], channel: str, now: datetime, board: Sequence[Any]
) -> None:
    """The cases again, on a conversation with nobody."""
    rows = list(left)
    if not rows:
        return
    nobody = Conversation(role=ROLE, channel=channel, address="", created_at=now, unreachable_at=now)
    session.add(nobody)
    await session.flush()
    for row in rows:
        session.add(Case(conversation_id=nobody.id, **row))
    await session.flush()
    for row in rows:
        session.add(Entry(case_id=row["id"], kind="erased", at=now, body={}))
    for send_id, number in board:
        (await session.get_one(Send, send_id)).case_id = number
