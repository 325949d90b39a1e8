"""Answers to what the bot asked itself, about a visit or before it erases: a day, a specialty, yes or no. They are taken as
that, whatever their label; and what was asked is asked again after a question in between."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.appointments.when import says_when
from bot.entities import subjects
from bot.entities.named import values

if TYPE_CHECKING:
    from actions.turn import Turn

# What means something else even beside a day, while slots are offered.
_NO_ANSWER = frozenset(
    """
    emergency crisis medical_advice opt_out my_data delete_my_data ask_privacy complaint case_status
    cancel_appointment cancel second_opinion send_records collaborate ask_cost ask_insurance ask_payment change_language repeat
    """.split()  # noqa: SIM905 (a column of twenty words reads worse)
)
# "Después de las 4" alone is taken for the wish to talk to somebody; without one of these words it is none.
_A_PERSON = re.compile(
    r"person|human|alguien|somebody|someone|habl|talk|speak|asesor|agent|consult|comunic|llam|call",
    re.IGNORECASE,
)
_IN_BETWEEN = ("change_language", "spanish", "english", "greet")
_YES_OR_NO = ("telehealth.cancel.ask", "telehealth.proposed", "telehealth.reminder.")


def answers_a_question(turn: Turn) -> bool:
    """Whether the message does; then it is dealt with."""
    if turn.quiet or turn.tapped:
        return False
    if turn.label in ("affirm", "deny") and turn.asked.startswith(_YES_OR_NO):
        turn.effect("choose", {}, word=turn.label)
        return True
    if turn.label == "deny" and turn.asked.startswith("privacy.erase.sure"):
        turn.effect("keep_data", {})
        return True
    asked = turn.asked.startswith("telehealth.slots") or turn.asked == "telehealth.which_specialty"
    if not asked or _means_something_else(turn):
        return False
    told = subjects(turn.named) or says_when(turn.text, values(turn.named, "time"))
    if told:
        turn.effect("offer_slots", {}, **named_of_visit(turn))
    return bool(told)


def asks_again(turn: Turn) -> None:
    """After an answer to a question of theirs the slots that were offered are offered again."""
    in_between = turn.label.startswith("ask_") or turn.label in _IN_BETWEEN
    if in_between and turn.asked.startswith("telehealth.slots") and not (turn.quiet or turn.tapped):
        turn.effect("offer_slots", {}, specialty="", days="", cities="", again="yes")


def _means_something_else(turn: Turn) -> bool:
    if turn.label == "talk_to_human":
        return bool(_A_PERSON.search(turn.text))
    return turn.label in _NO_ANSWER


def named_of_visit(turn: Turn) -> dict[str, str]:
    """What a message names of a visit, as arguments of the effects."""
    return {
        "specialty": ",".join(str(one) for one in subjects(turn.named)),
        "days": ",".join(values(turn.named, "time")),
        "cities": ",".join(values(turn.named, "city")),
    }
