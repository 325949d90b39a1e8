"""After a danger: "I called 911", "the ambulance is here" are thanked for, and the number is not said all over again."""

from bot.conversation.turn import Outcome, Turn
from bot.dialogue.say import Say
from bot.outbox.why import Cause
from bot.safety import Kind

SAID = {Kind.EMERGENCY.value: "quiet.help_coming", Kind.CRISIS.value: "quiet.help_coming.crisis"}


def help_called(turn: Turn) -> bool:
    """Whether help is coming in the open danger of this person, and nothing else is said."""
    danger = turn.case is not None and turn.case.reason in SAID
    return danger and turn.choice is None and turn.services.help_coming(turn.text)


async def help_coming(turn: Turn) -> Outcome:
    if turn.case is None or not help_called(turn):
        return Outcome.GO_ON
    turn.parts.append(Say(SAID[turn.case.reason], {"case": str(turn.case.id)}, options=()))
    turn.cause = Cause("rule", rule="help_coming")
    return Outcome.REPLY
