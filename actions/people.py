"""The way to a person."""

from actions.turn import Offer, Turn, TurnAction

_STATUS = {
    outcome: f"case.status.{outcome}" for outcome in ("none", "not_here", "waiting", "taken", "closed")
}


class TalkToHuman(TurnAction):
    ends_intake = "person"

    def name(self) -> str:
        return "action_talk_to_human"

    def answer(self, turn: Turn) -> None:
        offer = turn.offer
        turn.open_case("asked", offer["topic"] if offer else turn.label)
        turn.close_offer()


class CallMe(TurnAction):
    """The button under the offer of a person."""

    def name(self) -> str:
        return "action_call_me"

    def answer(self, turn: Turn) -> None:
        turn.ask_call()
        if turn.quiet:  # the call is noted without a word; the case is what may be spoken of
            turn.open_case("asked", "talk_to_human")


class Complain(TurnAction):
    ends_intake = "person"

    def name(self) -> str:
        return "action_complain"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.complaint")
        turn.open_case("complaint", turn.label, urgency="high")


class Helped(TurnAction):
    """The "yes" under "did this help?"."""

    def name(self) -> str:
        return "action_helped"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.thank")


class NotHelped(TurnAction):
    """The "no" under "did this help?"."""

    ends_intake = "person"

    def name(self) -> str:
        return "action_not_helped"

    def answer(self, turn: Turn) -> None:
        turn.open_case("not_helped", "talk_to_human")


class CaseStatus(TurnAction):
    def name(self) -> str:
        return "action_case_status"

    def answer(self, turn: Turn) -> None:
        turn.effect("case_status", _STATUS)
        if not turn.case_open:  # then the answer asks whether a person should be brought in
            turn.make_offer(Offer(reason="asked", topic=turn.last_topic or "talk_to_human"))
