"""A person's rights over what is stored and sent."""

from actions.turn import Turn, TurnAction

_COPY = {"done": "privacy.data.summary", "doubted": "privacy.doubt"}
_ERASURE = {"sure": "privacy.erase.sure", "in_danger": "privacy.erase.danger", "doubted": "privacy.doubt"}
_NOTICE = {"answer": "answer.ask_privacy", "link": "privacy.notice.link"}


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
        turn.effect("my_data", _COPY)


class Erase(TurnAction):
    ends_intake = "cancelled"

    def name(self) -> str:
        return "action_erase"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.delete_my_data")
        turn.effect("erase", _ERASURE)
        turn.close_offer()


class Consent(TurnAction):
    """The buttons under the question for consent."""

    def name(self) -> str:
        return "action_consent"

    def answer(self, turn: Turn) -> None:
        turn.answer_consent(given=turn.label == "consent")


class PrivacyNotice(TurnAction):
    def name(self) -> str:
        return "action_privacy_notice"

    def answer(self, turn: Turn) -> None:
        turn.effect("privacy_notice", _NOTICE)
