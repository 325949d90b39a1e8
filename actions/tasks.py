"""What a person wants done. A consultant does it; here it is explained, confirmed and handed over."""

from actions.turn import Offer, Turn, TurnAction


class OfferConsultant(TurnAction):
    """The answer says what happens next and asks whether a consultant should get the request."""

    def name(self) -> str:
        return "action_offer_consultant"

    def answer(self, turn: Turn) -> None:
        offer_consultant(turn)


def offer_consultant(turn: Turn) -> None:
    turn.say(f"answer.{turn.label}", options=["affirm", "deny", "talk_to_human"])
    turn.make_offer(Offer(reason="task", topic=turn.label))


class Collaborate(TurnAction):
    def name(self) -> str:
        return "action_collaborate"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.collaborate")
        turn.open_case("collaboration", turn.label)
