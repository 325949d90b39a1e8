"""`más`, typed where the button under the last list would be tapped."""

from collections.abc import Mapping, Sequence

from bot.desk.desk import Desk, Handler, Order
from bot.desk.orders.canned import reply
from bot.desk.orders.helping import help_
from bot.desk.orders.looking import cases, history
from bot.desk.orders.recording import record, recordings
from bot.desk.orders.searching import search
from bot.desk.orders.writing import after_all_offer
from bot.dialogue.say import Say
from bot.store.tables import Choice

LISTS = (
    "desk.help",
    "desk.cases",
    "desk.history",
    "desk.search.found",
    "desk.canned.list",
    "desk.canned.several",
    "desk.remind.kept",
    "desk.voice.list",
    "desk.voice.which",
    "desk.voice.recorded",
)  # texts of lists, or their beginnings
PAGED: Mapping[str, Handler] = {
    "cases": cases,
    "history": history,
    "search": search,
    "reply": reply,
    "record": record,
    "recordings": recordings,
    "help": help_,
}


async def more(desk: Desk, order: Order) -> Sequence[Say] | None:
    """The next page of what was listed last; None when nothing was: then it is a word for a patient."""
    last = desk.conversation.last_said or {}
    for option in last.get("options", ()):
        choice = await desk.session.get(Choice, option["token"])
        if choice and choice.meaning.get("page"):
            following = Order(str(choice.meaning["do"]), meaning=choice.meaning)
            return await PAGED[following.name](desk, following)
    if any(said["key"].startswith(LISTS) for said in last.get("says", ())):
        return [Say("desk.more.none", options=[await after_all_offer(desk, order, desk.message.id)])]
    return None
