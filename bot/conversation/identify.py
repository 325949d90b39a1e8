"""Who is writing: consultants talk to the desk, the operator and the staff group only listen, everybody else is a patient."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Outcome, Turn
from bot.desk.listen import listen
from bot.dialogue.say import Say
from bot.outbox.why import Cause


async def identify(turn: Turn) -> Outcome:
    if turn.conversation.role == "consultant":
        turn.parts.append(_to_the_desk)
        return Outcome.SILENT
    if turn.conversation.role == "board":
        return Outcome.SILENT
    if turn.conversation.role == "operator":
        turn.parts.append(Say("system.operator", options=()))
        turn.cause = Cause("role")
        return Outcome.REPLY
    return Outcome.GO_ON


async def _to_the_desk(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    await listen(turn.services, session, turn.conversation, turn.first)
    return ()
