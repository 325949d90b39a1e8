"""What a consultant has in hand: what she reads on her phones, and what she means to do next."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from bench.rehearsal.words import STAMP, found, titles
from sandbox import Bubble
from sandbox.telegram_api import TelegramUser
from sandbox.twilio_api import WhatsAppUser

type HerPhone = TelegramUser | WhatsAppUser

GETS = ("desk.taken", "desk.transfer.received")
LOSES = (
    "desk.targets.returned",
    "desk.patient_left",
    "desk.holding.relieved",
    "desk.released",
    "desk.closed",
    "desk.transfer.done",
    "desk.transfer.back_to_queue",
    "desk.writing.closed",
    "desk.writing.of_another",
    "desk.take_first",
    "desk.not_yours",
    "desk.already_closed",
)
QUESTION = "desk.writing.which"
_NUMBER = re.compile(r"(?:caso|case|#)\s*#?(\d+)", re.IGNORECASE)
_FORWARDED = re.compile(r"#(\d+) · ")
_PAGED = ("URGENTE", "URGENT")


@dataclass
class Line:
    """Something she wrote. Notes are for no patient at all."""

    stamp: str
    consultant: str
    case: int
    at: datetime
    note: bool


@dataclass
class Held:
    """A case that she believes to be hers. `seen`: the last bubble about it in each of her chats, to quote."""

    case: int
    name: str
    todo: str
    next_at: datetime
    seen: dict[int, Bubble] = field(default_factory=dict)
    answers: int = 0


@dataclass(frozen=True)
class Offered:
    """A case that she may take."""

    chat: int
    bubble: Bubble
    urgent: bool
    at: datetime


@dataclass(frozen=True)
class Question:
    """For whom is it? `case`: for whom all the lines in it were meant; 0 when for several."""

    chat: int
    bubble: Bubble
    case: int


@dataclass
class Hand:
    """Nothing but what her phones told her, in the order in which they did."""

    held: dict[int, Held] = field(default_factory=dict)
    offered: dict[int, Offered] = field(default_factory=dict)
    questions: dict[int, Question] = field(default_factory=dict)  # by chat
    relieving: Bubble | None = None  # a case of somebody else's, with the button to take it over
    closed: Bubble | None = None  # what came of it?
    lines: dict[str, Line] = field(default_factory=dict)
    urgent: set[int] = field(default_factory=set)  # cases for which she was paged

    def read(self, chat: int, bubble: Bubble, now: datetime) -> int:
        """Take in one bubble. Returns the case whose patient has just written, or which has just become hers; else 0."""
        offers = {option.title for option in bubble.options}
        if offers & titles("take") and (number := _NUMBER.search(bubble.text)):
            urgent = bubble.text.startswith(_PAGED)
            self.offered[int(number[1])] = Offered(chat, bubble, urgent, now)
            self.urgent |= {int(number[1])} if urgent else set()
        if offers & titles("take_over"):
            self.relieving = bubble
        if offers & titles("outcome_answered"):
            self.closed = bubble
        if found(bubble.text, QUESTION):
            self.questions[chat] = Question(chat, bubble, self._meant(bubble))
        return self._changed(chat, bubble, now)

    def _meant(self, bubble: Bubble) -> int:
        cases = {self.lines[stamp].case for stamp in STAMP.findall(bubble.text) if stamp in self.lines}
        return cases.pop() if len(cases) == 1 else 0

    def _changed(self, chat: int, bubble: Bubble, now: datetime) -> int:
        for key in LOSES:
            if match := found(bubble.text, key):
                self.held.pop(int(match["case"]), None)
        for key in GETS:
            if match := found(bubble.text, key):
                number = int(match["case"])
                self.offered.pop(number, None)
                self.held[number] = Held(number, match["name"], "write", now, {chat: bubble})
                return number
        forwarded = _FORWARDED.match(bubble.text)
        number = int(forwarded[1]) if forwarded else 0
        if number not in self.held:
            return 0
        self.held[number].seen[chat] = bubble
        return number
