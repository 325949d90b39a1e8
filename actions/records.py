"""Studies and other files: the page to send them by, and the list of what was sent."""

from actions.turn import Turn, TurnAction


class SendRecords(TurnAction):
    """The bot makes the link; consent is asked on the page, before the first file. In a quiet time nothing is offered."""

    def name(self) -> str:
        return "action_send_records"

    def answer(self, turn: Turn) -> None:
        if turn.quiet:
            turn.say_answer(turn.label)
        else:
            turn.effect("offer_page", {"done": "records.link"})


class MyFiles(TurnAction):
    def name(self) -> str:
        return "action_my_files"

    def answer(self, turn: Turn) -> None:
        turn.effect("list_files", {"done": "records.list", "none": "records.list.none"})
