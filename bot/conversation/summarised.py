"""`resumen`, `summary`: the case in one bubble to forward, also while a person is in charge. Of this chat's own cases only."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Effect, Outcome, Turn
from bot.desk.cases import MERGED
from bot.dialogue.say import Say
from bot.journeys.summary import summary
from bot.outbox.why import Cause
from bot.store.tables import Case


async def summarised(turn: Turn) -> Outcome:
    command = turn.services.texts.command(turn.first.body.get("text", ""))
    if command is None or command.name != "summary" or turn.assistant_off:
        return Outcome.GO_ON
    turn.cause = Cause("command", command="summary")
    turn.parts.append(_of(int(command.rest or 0)))
    return Outcome.REPLY


def _of(number: int) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        own = select(Case).where(Case.conversation_id == turn.conversation.id, Case.outcome != MERGED)
        if number:
            own = own.where(Case.id == number)
        query = own.order_by(Case.closed_at.desc().nulls_first(), Case.id.desc()).limit(1)
        case = (await session.scalars(query)).one_or_none()
        if case is None:
            return [Say("case.status.not_here" if number else "case.status.none")]
        return [Say("intake.resumen", {"summary": await summary(turn.services, session, case)}, options=())]

    return effect
