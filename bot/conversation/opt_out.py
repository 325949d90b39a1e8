"""BAJA, STOP, ALTO: honoured before any understanding; ALTA, START undoes it. Safety answers are always given."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Outcome, Turn
from bot.dialogue.say import Say
from bot.outbox.why import Cause


async def opt_out(turn: Turn) -> Outcome:
    body = turn.first.body
    wish = _wish(turn)
    if wants_out(turn):
        turn.parts.append(leave)
        turn.cause = Cause("command", command="opt_out")
        return Outcome.REPLY
    if not turn.conversation.opted_out_at:
        return Outcome.GO_ON
    turn.cause = Cause("command", command="opt_out")  # an earlier one, still in force
    if wish == "opt_in" or body.get("opt_out_type") == "START":
        turn.parts.append(_come_back)
        turn.cause = Cause("command", command="opt_in")
    else:
        turn.parts.append(Say("opt_out.still", options=()))
    return Outcome.REPLY


def wants_out(turn: Turn) -> bool:
    """Whether the message is the word for "no more messages", in ours or in the provider's reading."""
    return _wish(turn) == "opt_out" or turn.first.body.get("opt_out_type") == "STOP"


def _wish(turn: Turn) -> str:
    command = turn.services.texts.command(turn.first.body.get("text", ""))
    return command.name if command else ""


async def leave(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: no more messages. Twilio's Advanced Opt-Out, where it is on, has said so itself."""
    turn.conversation.opted_out_at = turn.now
    return () if turn.first.body.get("opt_out_type") else [Say("opt_out.done", options=())]


async def _come_back(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    turn.conversation.opted_out_at = None
    return () if turn.first.body.get("opt_out_type") else [Say("opt_out.undone", options=())]
