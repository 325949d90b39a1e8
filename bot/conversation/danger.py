"""Where the assistant is not asked (a blocked contact, no more messages, a person in charge, the assistant off), a danger that
the rules did not see is still looked for: answered and paged as ever. The model is asked as long as it is there."""

from bot.conversation.effects import EFFECTS
from bot.conversation.help_called import help_called
from bot.conversation.person_in_charge import forward_if_held
from bot.conversation.turn import Outcome, Turn
from bot.dialogue.rasa import RasaDown
from bot.outbox.why import Cause
from bot.safety import Kind

DANGERS = (Kind.EMERGENCY.value, Kind.CRISIS.value)


async def danger(turn: Turn) -> Outcome:
    if not _goes_unasked(turn) or not (found := await _found(turn)):
        return Outcome.GO_ON
    turn.cause = Cause("classifier", label=found)
    turn.parts.append(EFFECTS["safety"]({"verdict": found}))
    if turn.case and turn.case.holder_id:
        turn.parts.append(forward_if_held)
    return Outcome.SILENT


def _goes_unasked(turn: Turn) -> bool:
    """Whether no later stage would ask the model what the words mean."""
    contact, holder = turn.conversation, turn.case and turn.case.holder_id
    return bool(contact.blocked_at or contact.opted_out_at or holder or turn.assistant_off)


async def _found(turn: Turn) -> str:
    """The danger that the model takes the words for, or ""; also when it is only the likeliest: a false alarm is cheaper."""
    if turn.choice is not None or not turn.text or turn.services.texts.command(turn.text):
        return ""
    if help_called(turn) or turn.only_begun(turn.text):
        return ""
    try:
        found = await turn.services.rasa.parse(turn.text)
    except RasaDown:
        return ""
    likeliest = found.ranking[0][0] if found.label == "nlu_fallback" and found.ranking else found.label
    return likeliest if likeliest in DANGERS else ""
