"""What may be a mistyped command is neither done nor sent: she is asked."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.desk.desk import Desk, Order, shortened
from bot.desk.nearmiss import near_miss
from bot.desk.orders.writing import after_all_offer, destined, shown
from bot.dialogue.choices import folded
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case, Message

# Commands that without a number are about a case that she holds.
ABOUT_HERS = ("close", "release", "note", "transfer", "give_back", "write", "block", "reply")


async def meant(desk: Desk, message: Message) -> Order | None:
    """The order "doubt", when her words are a command, or one with a slip; None for words to a patient."""
    text = message.body.get("text", "")
    commands = desk.services.texts.commands
    orders = [name for name, words in commands.items() if words.of != "contacts"]
    command = desk.services.texts.command(text)
    if command and command.name == "assistant":  # what a patient would write: hers are two words
        return _doubt("help", "", commands["help"].model_dump()[desk.me.language][0])
    if command and command.name in orders:  # under a picture: a caption, or a command?
        return _doubt(command.name, command.rest, text)
    names = {word for name in await _patients(desk) for word in folded(name).split()}
    open_cases = set(await desk.session.scalars(select(Case.id).where(Case.closed_at.is_(None))))
    is_word = desk.services.screen.is_word
    near = near_miss(text, desk.services.texts, orders, is_word, names=names, cases=open_cases)
    return _doubt(near[0].name, near[0].rest, near[1]) if near else None


async def _patients(desk: Desk) -> Sequence[str]:
    await desk.held()
    return list(desk.names.values())


def _doubt(command: str, rest: str, written: str) -> Order:
    return Order("doubt", rest, {"command": command, "written": written})


async def doubt(desk: Desk, order: Order) -> Sequence[Say]:
    """Two buttons: what was probably meant, and to the patient after all. Both keep whose case it is now: when they are
    tapped she may hold another."""
    told = order.meaning
    case = await destined(desk)
    do = {"do": told["command"], "rest": order.rest, "message": desk.message.id, "meant": case}
    if told["command"] in ABOUT_HERS and not order.rest.isdecimal():
        do["case"] = case
    send = await after_all_offer(desk, order, desk.message.id)
    return [
        Say(
            "desk.writing.doubt",
            {"words": shown(desk, [desk.message])[1:-1]},
            options=[Offer(told["command"], do, shortened(told["written"])), send],
            asks=True,
        )
    ]
