"""What a consultant can order, by the name of its command (data/texts/commands.yml) or of the button's meaning ("do").

One module a family. Each handler gets the desk and the order and returns what she is told.
"""

from collections.abc import Mapping

from bot.desk.desk import Handler
from bot.desk.orders.holding import close, release, take
from bot.desk.orders.looking import cases, help_, unknown_button
from bot.desk.orders.noting import note
from bot.desk.orders.writing import relay

ORDERS: Mapping[str, Handler] = {
    "take": take,
    "close": close,
    "release": release,
    "note": note,
    "cases": cases,
    "help": help_,
    "unknown_button": unknown_button,
    "relay": relay,
}
