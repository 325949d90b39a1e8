"""The word or link by which somebody becomes a consultant. Anything that is not a good one goes on as an ordinary message."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Outcome, Overtaken, Turn
from bot.desk import joining
from bot.dialogue.say import Say


async def invited(turn: Turn) -> Outcome:
    if not joining.secret_of(turn.first):
        return Outcome.GO_ON
    async with turn.services.database.session() as session:
        if not await joining.fits(turn.services, session, turn.conversation, turn.first):
            return Outcome.GO_ON
    turn.parts.append(_join)
    return Outcome.SILENT


async def _join(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the chat becomes hers. Raises Overtaken when somebody else has used the invitation meanwhile."""
    if not await joining.join(turn.services, session, turn.conversation, turn.first):
        raise Overtaken
    return ()
