"""How the case of somebody else stands, for a relative who is in it: number, who has it, since when. Nothing of what others
wrote, not even when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Turn
from bot.desk import roster
from bot.dialogue.say import Offer, Say
from bot.family import contacts
from bot.journeys.summary import progress
from bot.store.tables import Case


async def to_tell_of(
    turn: Turn, session: AsyncSession, own: Sequence[Case], number: int | None
) -> Case | None:
    """The case named, if she is in it; without a number the one she is in, unless she has an open one of her own. None for
    whoever accompanies nobody."""
    joined = await contacts.joined_cases(session, turn.conversation.id)
    if number is not None:
        return next((case for case in joined if case.id == number), None)
    return None if own and own[0].closed_at is None else next(iter(joined), None)


async def of_joined_case(
    turn: Turn, session: AsyncSession, own: Sequence[Case], number: int | None
) -> list[Say]:
    """How it stands, and what is ready."""
    case = await to_tell_of(turn, session, own, number)
    if case is None:
        return []
    standing = await _standing(turn, session, case)
    lines = [] if case.closed_at else await progress(turn.services, session, case, turn.language)
    ready = [Say("family.status.progress", {"lines": "\n".join(lines)}, options=())] if lines else []
    return [standing, *ready]


async def _standing(turn: Turn, session: AsyncSession, case: Case) -> Say:
    values = {"case": str(case.id)}
    if case.closed_at:
        return Say("family.status.closed", {**values, "closed": _when(turn, case.closed_at)}, options=())
    row = await contacts.relative(session, case, turn.conversation.id)
    leave = [Offer("leave_case", {"family": "leave", "row": row.row.id})] if row else []
    values["opened"] = _when(turn, case.opened_at)
    holder = await roster.colleague(turn.services, session, case.holder_id) if case.holder_id else None
    if holder is None or case.taken_at is None:
        return Say("family.status.waiting", values, options=leave)
    values |= {"consultant": holder.name, "taken": _when(turn, case.taken_at)}
    return Say("family.status.held", values, options=leave)


def _when(turn: Turn, at: datetime) -> str:
    return turn.services.texts.say_time(at, turn.now, turn.language, turn.services.office.time_zone)
