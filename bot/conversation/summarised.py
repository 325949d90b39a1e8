"""`resumen`, `summary`: the case in one bubble to forward, also while a person is in charge. Of this chat's own cases, and of
one that its person accompanies."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.doubts import by_a_person
from bot.conversation.family_status import to_tell_of
from bot.conversation.intake import not_sent
from bot.conversation.status import LABEL
from bot.conversation.turn import Effect, Outcome, Turn
from bot.desk.cases import MERGED
from bot.dialogue.say import Say
from bot.journeys.summary import summary
from bot.outbox.why import Cause
from bot.store.tables import Case


async def summarised(turn: Turn) -> Outcome:
    command = turn.command
    if command is None or command.name != "summary" or turn.assistant_off:
        return Outcome.GO_ON
    turn.cause = Cause("command", command="summary")
    turn.parts.append(_of(int(command.rest or 0)))
    return Outcome.REPLY


def _of(number: int) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        if turn.conversation.doubted_at:  # perhaps another person's case
            return await by_a_person(turn, session, LABEL)
        query = select(Case).where(Case.conversation_id == turn.conversation.id, Case.outcome != MERGED)
        query = query.order_by(Case.closed_at.desc().nulls_first(), Case.id.desc())
        own = (await session.scalars(query)).all()
        named = [case for case in own if number in (0, case.id)]
        case = await to_tell_of(turn, session, own, number or None) or next(iter(named), None)
        if case is None and number:
            return [Say("case.status.not_here")]
        if case is None:
            return await not_sent(turn, session) or [Say("case.status.none")]
        return [Say("intake.resumen", {"summary": await summary(turn.services, session, case)}, options=())]

    return effect
