"""A person's rights over what is stored and sent."""

from actions.turn import Turn, TurnAction

_RECEIVED = {"done": "privacy.case"}


class OptOut(TurnAction):
    ends_intake = "cancelled"

    def name(self) -> str:
        return "action_opt_out"

    def answer(self, turn: Turn) -> None:
        """The exact words (BAJA, STOP …) never come here. Other words are a guess, and silence is hard to undo: ask."""
        if turn.tapped:
            turn.effect("opt_out", {"done": "opt_out.done"})
        else:
            turn.say("opt_out.ask", options=["opt_out", "talk_to_human"])
        turn.close_offer()


class MyData(TurnAction):
    def name(self) -> str:
        return "action_my_data"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.my_data")
        turn.effect("my_data", _RECEIVED)


class Erase(TurnAction):
    ends_intake = "cancelled"

    def name(self) -> str:
        return "action_erase"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.delete_my_data")
        turn.effect("erase", _RECEIVED)
        turn.close_offer()


class Consent(TurnAction):
    """The buttons under the question for consent."""

    def name(self) -> str:
        return "action_consent"

    def answer(self, turn: Turn) -> None:
        turn.answer_consent(given=turn.label == "consent")
