"""Danger that the rules did not see but the classifier did."""

from actions.turn import Turn, TurnAction


class RaiseSafety(TurnAction):
    ends_intake = "danger"

    def name(self) -> str:
        return "action_raise_safety"

    def answer(self, turn: Turn) -> None:
        raise_safety(turn, turn.label)


def raise_safety(turn: Turn, verdict: str) -> None:
    """The bot answers as it does for a verdict of the rules; it has the words."""
    turn.effect("safety", {}, verdict=verdict)
    turn.close_offer()
