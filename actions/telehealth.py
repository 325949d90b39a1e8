"""Visits by video, to book, move or cancel. The bot knows the slots; here is only what was meant. Without calendars, and
with no visit to move or cancel, a consultant does it."""

from actions.asked import named_of_visit
from actions.tasks import offer_consultant
from actions.turn import Turn, TurnAction


class Appointment(TurnAction):
    def name(self) -> str:
        return "action_appointment"

    def answer(self, turn: Turn) -> None:
        if turn.quiet or not _possible(turn):
            offer_consultant(turn)
            return
        turn.close_offer()
        if turn.label == "schedule_telehealth":
            _schedule(turn)
        elif turn.label == "reschedule_appointment":
            turn.effect("move_appointment", {}, **named_of_visit(turn))
        else:
            turn.effect("cancel_appointment", {})


def _possible(turn: Turn) -> bool:
    return turn.calendars if turn.label == "schedule_telehealth" else turn.visits > 0


def _schedule(turn: Turn) -> None:
    """What is said is kept while the consent is asked; after the yes the same label comes again, with what it named."""
    resumed = turn.text.startswith(f"/{turn.label}{{")
    anew = {"resumed": "yes"} if resumed else {"anew": "yes"}
    if turn.consented:
        turn.effect("offer_slots", {}, **anew, **named_of_visit(turn))
    else:
        turn.effect("offer_slots", {}, pending="yes", **anew, **named_of_visit(turn))
        turn.ask_consent()
