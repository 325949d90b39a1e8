"""What a consultant can order, by the name of its command (data/texts/commands.yml) or of the button's meaning ("do").

One module a family. Each handler gets the desk and the order and returns what she is told.
"""

from collections.abc import Mapping

from bot.desk.desk import Handler
from bot.desk.orders.absence import pause, resume
from bot.desk.orders.blocking import block, keep, unblock
from bot.desk.orders.calling import called
from bot.desk.orders.canned import reply
from bot.desk.orders.confirming import confirm
from bot.desk.orders.doubting import doubt
from bot.desk.orders.editing import edit
from bot.desk.orders.entering import console
from bot.desk.orders.family import family, invite, remove_contact
from bot.desk.orders.filing import file, files
from bot.desk.orders.focusing import reopen_it, write
from bot.desk.orders.helping import help_, unknown_button
from bot.desk.orders.holding import close, release, release_all, take, take_over
from bot.desk.orders.looking import case, cases, history
from bot.desk.orders.merging import keep_apart, merge
from bot.desk.orders.noting import note, send_note
from bot.desk.orders.outcome import outcome
from bot.desk.orders.paging import more
from bot.desk.orders.recording import erase_recording, record, recorded, recordings, stop_recording
from bot.desk.orders.reminding import forget, remind
from bot.desk.orders.searching import search
from bot.desk.orders.staying import stay
from bot.desk.orders.summarizing import summarize
from bot.desk.orders.switching import assistant_off, assistant_on, closed_today, open_today
from bot.desk.orders.transferring import give_back, transfer
from bot.desk.orders.undoing import undo
from bot.desk.orders.visiting import confirm_visit, decline_visit, propose_slot, propose_visit
from bot.desk.orders.writing import relay

ORDERS: Mapping[str, Handler] = {
    "take": take,
    "close": close,
    "release": release,
    "take_over": take_over,
    "release_all": release_all,
    "transfer": transfer,
    "give_back": give_back,
    "pause": pause,
    "resume": resume,
    "note": note,
    "send_note": send_note,
    "write": write,
    "reopen": reopen_it,
    "undo": undo,
    "doubt": doubt,
    "edit": edit,
    "called": called,
    "block": block,
    "keep": keep,
    "unblock": unblock,
    "confirm": confirm,
    "merge": merge,
    "keep_apart": keep_apart,
    "invite": invite,
    "family": family,
    "remove_contact": remove_contact,
    "cases": cases,
    "case": case,
    "history": history,
    "search": search,
    "files": files,
    "file": file,
    "more": more,
    "reply": reply,
    "record": record,
    "recorded": recorded,
    "stop_recording": stop_recording,
    "recordings": recordings,
    "erase_recording": erase_recording,
    "remind": remind,
    "forget": forget,
    "outcome": outcome,
    "help": help_,
    "console": console,
    "closed_today": closed_today,
    "open_today": open_today,
    "assistant_off": assistant_off,
    "assistant_on": assistant_on,
    "summary": summarize,
    "stay": stay,
    "confirm_visit": confirm_visit,
    "propose_visit": propose_visit,
    "propose_slot": propose_slot,
    "decline_visit": decline_visit,
    "unknown_button": unknown_button,
    "relay": relay,
}
