"""What is no answer to the question of a request that is being told: it is answered by its ordinary rule, then asked again."""

from typing import TYPE_CHECKING

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.answering import MORE_THAN, named_alone, of_another_step, tells_age
from actions.calling import wants_call
from bot.entities.named import values
from bot.journeys.steps import FREE, SUMMARY, journeys

if TYPE_CHECKING:
    from actions.turn import Turn

FORM = "intake"
CHOICE = "intake_choice"  # the label of all buttons of a request
CONSENTS = ("consent", "no_consent")
LEFT = [ActiveLoop(None), SlotSet("requested_slot", None)]
# In a step told in one's own words: 0.2 % of patients' stories are as surely taken for a question, and 92 % of questions are
# (bench/interrupts.py, writers whose messages were not learnt). The story can still be said to have been one, by a button.
SURE_IN_FREE_TEXT = 0.9
_WISHES = frozenset(
    """
    talk_to_human complaint case_status opt_out my_data delete_my_data cancel change_language spanish english repeat
    bot_challenge help
    """.split()  # noqa: SIM905 (a column of names reads worse)
)
_SMALL_TALK = frozenset(("greet", "goodbye", "thank", "chitchat", "medical_advice"))
# There a danger must be surer than elsewhere, as an illness is what is asked for: the rules see it, or the model is as sure.
# Of stories 1.2 % are (2.2 % at 0.3), of dangers 98 %. What is less sure is kept, and the number to call stands beside the
# next question.
SURE_OF_DANGER = 0.7
_DANGERS = ("emergency", "crisis")
_OF_A_CALL = ("channel", "time", "phone")  # steps that ask for just that


def may_interrupt(label: str) -> bool:
    """Whether a message of this label is, when it is sure, a question or a wish of its own."""
    return label.startswith("ask_") or label in _WISHES


def interrupts(turn: "Turn") -> bool:
    """Whether the message is something else than an answer to the step at which the draft is."""
    if turn.likeliest in _DANGERS:
        return not perhaps_danger(turn)
    if turn.tapped:
        return turn.label not in (CHOICE, *CONSENTS, "affirm", "deny") and not _of_a_journey(turn.label)
    if turn.draft is None or not turn.text:
        return False
    step = turn.draft["step"]
    if wants_call(turn.text) and step not in _OF_A_CALL:
        return True
    kind = "choice" if step == SUMMARY else journeys().steps[step].kind
    if kind in FREE:
        sure = may_interrupt(turn.label) and turn.confidence >= SURE_IN_FREE_TEXT
        return sure and not _is_a_name(step, turn)
    if not turn.text.rstrip().endswith("?") and _means_an_option(step, turn):
        return False
    if "?" not in turn.text and journeys().corrects(turn.text):
        return False
    if _tells_more(step, turn):
        return False
    if _answers_elsewhere(str(turn.draft["journey"]), turn):
        return False
    return may_interrupt(turn.label) or (turn.label in _SMALL_TALK and _says_no_more(turn))


def _is_a_name(step: str, turn: "Turn") -> bool:
    """Whether it answers a question for a name, although the name ("Hospital General") may stand in a question as well."""
    return journeys().steps[step].brief and turn.label.startswith("ask_") and not journeys().asks(turn.text)


def perhaps_danger(turn: "Turn") -> bool:
    """Whether what was told may be a danger and is more likely none: an illness where one is asked for, or what answers
    another question ("Tijuana, she's 58")."""
    if turn.likeliest not in _DANGERS or turn.tapped or turn.draft is None or turn.draft["step"] == SUMMARY:
        return False
    return turn.danger < SURE_OF_DANGER and _may_be_told(journeys().steps[turn.draft["step"]].kind, turn)


def _may_be_told(kind: str, turn: "Turn") -> bool:
    """Whether an illness belongs there, or a short answer names what is asked for; a relative or a number alone is none."""
    if kind == "city":
        return bool(values(turn.named, "city")) and len(turn.text.split()) <= MORE_THAN
    return kind == "words" or (kind == "age" and tells_age(turn))


def _answers_elsewhere(journey: str, turn: "Turn") -> bool:
    """Whether it answers another question of the request, or names what to change in the summary."""
    if turn.draft and turn.draft["step"] == SUMMARY:
        return "?" not in turn.text and bool(named_alone(journey, turn))
    return bool(of_another_step(journey, turn))


def _of_a_journey(label: str) -> bool:
    return bool(journeys().of_topic(label))


def _means_an_option(step: str, turn: "Turn") -> bool:
    if step == SUMMARY:
        return False
    known = {"relation": "relative", "specialty": "specialty", "city": "city", "age": "age_group"}
    one = journeys().steps[step]
    wanted = known.get(one.kind, "")
    return (
        bool(one.meant(turn.text))
        or (one.kind == "age" and tells_age(turn))
        or any(it.kind == wanted for it in turn.named)
        or journeys().skips(turn.text)
    )


def _tells_more(step: str, turn: "Turn") -> bool:
    """Whether it goes on with a story that was told before: "le duele la espalda", where a city is asked for."""
    told = "story" in (turn.draft or {}).get("answered", ())
    return told and turn.label == "medical_advice" and not journeys().asks(turn.text)


def _says_no_more(turn: "Turn") -> bool:
    """A greeting or thanks alone, or a question for advice: nothing in it that could be an answer."""
    return turn.label == "medical_advice" or not turn.named
