"""The head of office has turned the assistant off: every message opens or joins a case, and one line says so, now and then."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Outcome, Turn, open_a_case
from bot.desk.cases import case_with
from bot.dialogue.say import Say
from bot.outbox.why import Cause
from bot.store.tables import Case, Message

TOLD = "handoff.assistant_off"
TOLD_EVERY = timedelta(hours=12)
LOOKED_AT = 50  # messages


async def assistant_off(turn: Turn) -> Outcome:
    if not turn.assistant_off:
        return Outcome.GO_ON
    turn.cause = Cause("assistant_off")
    turn.parts.append(_to_a_person)
    return Outcome.REPLY


async def _to_a_person(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the open case goes on, else one is opened. The line says all that "notified" would, and promises no assistant."""
    told = await _told_lately(turn, session)
    if (case := await case_with(session, turn.conversation.id)) is not None:
        return () if told else [_line(case)]
    says = await open_a_case(turn, session, reason="assistant_off", topic="talk_to_human", urgency="normal")
    case = await case_with(session, turn.conversation.id)
    if case is None:
        return says
    case.announced_at, case.announce_by = turn.now, None
    return says if told and says else [_line(case), *says]


def _line(case: Case) -> Say:
    return Say(TOLD, {"case": str(case.id)}, options=())


async def _told_lately(turn: Turn, session: AsyncSession) -> bool:
    query = select(Message).where(
        Message.conversation_id == turn.conversation.id, Message.received_at > turn.now - TOLD_EVERY
    )
    lately = await session.scalars(query.order_by(Message.id.desc()).limit(LOOKED_AT))
    return any(TOLD in (message.said or ()) for message in lately)
