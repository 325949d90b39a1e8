"""Questions: one approved text per label."""

from actions.turn import Offer, Turn, TurnAction


class Answer(TurnAction):
    def name(self) -> str:
        return "action_answer"

    def answer(self, turn: Turn) -> None:
        if turn.label == "out_of_scope" and turn.waits_for_a_person:
            turn.say("handoff.kept")  # words for the person who will see to it: a number, a name, an hour
        elif turn.label == "out_of_scope" and turn.count_misunderstood() > 1:
            turn.say("fallback.offer_person", options=["affirm", "deny", "help"])
            turn.make_offer(Offer(reason="misunderstood", topic="talk_to_human"))
        else:
            turn.say_answer(turn.label)


class Greet(TurnAction):
    """The first greeting introduces the assistant, later ones do not."""

    def name(self) -> str:
        return "action_greet"

    def answer(self, turn: Turn) -> None:
        turn.say("answer.greet.again" if turn.greeted else "answer.greet")
        turn.remember_greeting()
