"""Neither Spanish nor English: one line in both, and the offer of a person."""

from bot.conversation.turn import Outcome, Turn
from bot.dialogue.say import Say
from bot.language import is_third_language
from bot.outbox.why import Cause


async def third_language(turn: Turn) -> Outcome:
    if turn.choice is not None or not is_third_language(turn.text):
        return Outcome.GO_ON
    turn.parts.append(Say("third_language"))
    turn.cause = Cause("third_language")
    return Outcome.REPLY
