"""Somebody else may be writing from this number: nothing of before is shown until a consultant has made sure."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Turn
from bot.desk import cases, held
from bot.desk.notify import notify
from bot.dialogue.say import Say


async def by_a_person(turn: Turn, session: AsyncSession, topic: str) -> Sequence[Say]:
    """Effect: what was asked for goes to a consultant, who makes sure first (`confirmar 104`)."""
    case, new = await cases.open_case(
        turn.services, session, turn.conversation, reason="privacy", topic=topic, urgency="high"
    )
    if new:
        await notify(turn.services, session, case)
    case.announced_at, case.announce_by = turn.now, None
    told = Say("desk.doubt.asked", {"case": str(case.id)})
    await held.tell_holder(turn.services, session, case, told)
    return [Say("privacy.doubt", {"case": str(case.id)}, options=())]
