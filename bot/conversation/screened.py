"""What the safety rules answered as it was stored is only recorded; what they could not screen is screened now."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.person_in_charge import forward_if_held
from bot.conversation.turn import Outcome, Turn
from bot.desk import emergency
from bot.dialogue.say import Say
from bot.inbox.receive import ONE_THOUGHT
from bot.privacy import openers
from bot.safety import Verdict


async def screened(turn: Turn) -> Outcome:
    if turn.first.verdict is None:
        return await _screen_now(turn)
    red_flag = next(
        (i for i, message in enumerate(turn.waiting) if message.verdict not in (None, "none")), None
    )
    if red_flag is None or turn.first.received_at < turn.waiting[red_flag].received_at - ONE_THOUGHT:
        return Outcome.GO_ON
    turn.messages = turn.waiting[: red_flag + 1]  # "mi papá" / "no" / "respira": the answer is to all three
    if turn.case and turn.case.holder_id:
        turn.parts.append(forward_if_held)
    return Outcome.SILENT


async def _screen_now(turn: Turn) -> Outcome:
    text = openers.without(turn.first.body.get("text", ""))
    found = turn.services.screen(text) if text else None
    if found is None:
        return Outcome.GO_ON
    turn.parts.append(_respond(found))
    return Outcome.SILENT


def _respond(verdict: Verdict):  # type: ignore[no-untyped-def]
    async def respond(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        await emergency.respond(turn.services, session, turn.conversation, turn.first, verdict, by="turn")
        return ()

    return respond
