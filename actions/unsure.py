"""Not understood: first the likely meanings to choose from, the second time a person."""

from actions.safety import raise_safety
from actions.turn import DANGERS, Offer, Turn, TurnAction

# "Did you mean: hello?" helps nobody, and a danger or a farewell is not suggested.
_NOT_SUGGESTED = frozenset(
    """
    emergency crisis medical_advice opt_out my_data delete_my_data talk_to_human complaint greet goodbye thank
    affirm deny help bot_challenge change_language cancel repeat chitchat out_of_scope
    """.split()  # noqa: SIM905 (a column of twenty words reads worse)
)
_SUGGESTIONS = 3


class Unsure(TurnAction):
    def name(self) -> str:
        return "action_unsure"

    def answer(self, turn: Turn) -> None:
        if turn.likeliest in DANGERS:  # a false alarm is cheaper than a menu in an emergency
            raise_safety(turn, turn.likeliest)
        elif turn.also_wanted:
            return  # one of its questions is clear, and answered
        elif turn.waits_for_a_person:
            turn.say("handoff.kept")
        elif turn.count_misunderstood() == 1 and not turn.quiet:
            turn.say("fallback.which", options=[*_suggestions(turn), "talk_to_human"])
        else:
            turn.say("fallback.offer_person", options=["affirm", "deny", "help"])
            turn.make_offer(Offer(reason="misunderstood", topic="talk_to_human"))


def _suggestions(turn: Turn) -> list[str]:
    return [label for label in turn.ranking if label not in _NOT_SUGGESTED][:_SUGGESTIONS]
