"""What a person wants done. A consultant does it; here it is explained, confirmed and handed over."""

from actions.turn import Offer, Turn


def offer_consultant(turn: Turn) -> None:
    """The answer says what happens next and asks whether a consultant should get the request."""
    turn.say(f"answer.{turn.label}", options=["affirm", "deny", "talk_to_human"])
    turn.make_offer(Offer(reason="task", topic=turn.label))
