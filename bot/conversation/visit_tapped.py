"""A button of an appointment. It does what it says whoever holds the case, and with Rasa down: a reminder that nobody can
answer would be worse than none."""

from collections.abc import Mapping
from typing import Any

from bot.appointments.buttons import LABEL, UNDER_A_REMINDER, meaning
from bot.conversation.telehealth import carry_out
from bot.conversation.turn import Outcome, Turn
from bot.dialogue.choices import folded
from bot.outbox.why import Cause


async def visit_tapped(turn: Turn) -> Outcome:
    tapped = _meaning(turn)
    if tapped is None or turn.assistant_off or _typed_to_a_person(turn):
        return Outcome.GO_ON
    turn.cause = Cause("choice")
    turn.parts.append(turn.quiet_word() if turn.quiet else carry_out(tapped))
    return Outcome.REPLY


def _typed_to_a_person(turn: Turn) -> bool:
    """While a consultant holds the case a typed "2" answers her, not a bubble of ours."""
    held = turn.case is not None and turn.case.holder_id is not None
    return held and not turn.first.body.get("choice")


def _meaning(turn: Turn) -> Mapping[str, Any] | None:
    if turn.choice == {}:  # a template's button says no more than its title
        return _of_template(turn)
    return turn.choice if turn.choice and turn.choice.get("label") == LABEL else None


def _of_template(turn: Turn) -> Mapping[str, Any] | None:
    """The button under a reminder that went out as a template: about the next visit."""
    words, texts = folded(turn.text), turn.services.texts
    for name, do in UNDER_A_REMINDER.items():
        if words in {folded(texts.title(name, language)) for language in ("es", "en")}:
            return meaning(do, visit=0)
    return None
