"""Somebody a consultant has blocked: what they write is stored, not answered and not passed on. A red flag was answered as it
was stored, and "no more messages" is honoured as ever."""

from bot.conversation.opt_out import wants_out
from bot.conversation.turn import Outcome, Turn


async def blocked(turn: Turn) -> Outcome:
    if turn.conversation.blocked_at is None or wants_out(turn):
        return Outcome.GO_ON
    if turn.case and turn.case.holder_id:  # opened by a red flag since then: her words reach whoever took it
        return Outcome.GO_ON
    turn.messages = turn.waiting
    return Outcome.SILENT
