"""Questions: one approved text per label."""

from actions.turn import Turn, TurnAction


class Answer(TurnAction):
    def name(self) -> str:
        return "action_answer"

    def answer(self, turn: Turn) -> None:
        turn.say(f"answer.{turn.label}")


class Greet(TurnAction):
    """The first greeting introduces the assistant, later ones do not."""

    def name(self) -> str:
        return "action_greet"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.greet.again" if turn.greeted else "answer.greet")
        turn.remember_greeting()
