"""Yes, no, never mind, once more, the other language."""

from actions.turn import Turn, TurnAction

_NAMED = {
    "es": ("español", "espanol", "castellano", "spanish"),
    "en": ("inglés", "ingles", "english"),
}
_OTHER = {"es": "en", "en": "es"}


class Affirm(TurnAction):
    """A yes does what was offered."""

    def name(self) -> str:
        return "action_affirm"

    def answer(self, turn: Turn) -> None:
        offer = turn.offer
        if offer is None:
            turn.say("answer.affirm")
            return
        if offer["reason"] == "consent":
            turn.answer_consent(given=True)
            return
        turn.open_case(offer["reason"], offer["topic"])
        turn.close_offer()


class Deny(TurnAction):
    def name(self) -> str:
        return "action_deny"

    def answer(self, turn: Turn) -> None:
        if turn.offer is not None and turn.offer["reason"] == "consent":
            turn.answer_consent(given=False)
            return
        declined = turn.offer is not None and turn.offer["reason"] == "task"
        turn.say("task.declined" if declined else "answer.deny")
        turn.close_offer()


class Cancel(TurnAction):
    ends_intake = "cancelled"

    def name(self) -> str:
        return "action_cancel"

    def answer(self, turn: Turn) -> None:
        turn.say("intake.left" if turn.telling else "answer.cancel")
        turn.close_offer()


class ChangeLanguage(TurnAction):
    """The language that the message or the button names.

    When it names none, or both: the one it is written in if the talk so far was in the other, else the other.
    """

    def name(self) -> str:
        return "action_change_language"

    def answer(self, turn: Turn) -> None:
        text = turn.text.casefold()
        named = [language for language, names in _NAMED.items() if any(name in text for name in names)]
        wished = named[0] if len(named) == 1 else _unnamed(turn)
        turn.effect("set_language", {"done": "language.changed"}, language=wished)
        turn.keep_offer()


def _unnamed(turn: Turn) -> str:
    return turn.language if turn.language != turn.former_language else _OTHER[turn.language]


class Repeat(TurnAction):
    def name(self) -> str:
        return "action_repeat"

    def answer(self, turn: Turn) -> None:
        turn.effect("repeat", {"nothing": "repeat.nothing"})
        turn.keep_offer()
