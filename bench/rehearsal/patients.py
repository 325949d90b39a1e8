"""The invented patients: each has a phone, a script, and something to say to what is said to them."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.rehearsal.script import Act, Plan, Script
from bench.rehearsal.words import STAMP, drawn, titles
from sandbox import Bubble, Sandbox
from sandbox.telegram_api import TelegramUser
from sandbox.twilio_api import WhatsAppUser

FIRST_CHAT = 10_000
MOST_ANSWERS = 3  # of one patient to consultants
PDF = b"%PDF-1.4\n% invented\n"
THUMBS = tuple(sorted(titles("rate_up") | titles("rate_down")))
YES, NO = titles("yes"), titles("no")


@dataclass(frozen=True)
class Said:
    """One bubble of a patient, as written. `bubble` None: a tap that leaves none."""

    at: datetime
    kind: str
    bubble: Bubble | None


@dataclass
class Patient:
    script: Script
    plan: Plan
    phone: TelegramUser | WhatsAppUser
    said: list[Said] = field(default_factory=list)
    blocked: bool = False
    opted_out: bool = False

    def __post_init__(self) -> None:
        self.chance = self.plan.chance(f"reactions of {self.script.number}")
        self.agenda, self.answers = sorted(self.script.acts), 0

    @property
    def address(self) -> str:
        """As the product knows it."""
        return str(self.phone.id) if isinstance(self.phone, TelegramUser) else self.phone.address

    async def act(self, now: datetime) -> None:
        """Read what is new, then do one thing that is due."""
        for bubble in self.phone.phone.unheard():
            self._react(bubble, now)
        self.phone.catch_up()
        if self.agenda and self.agenda[0].at <= now and not self.blocked:
            await self._do(heapq.heappop(self.agenda), now)

    def _react(self, bubble: Bubble, now: datetime) -> None:
        if bubble.template:
            self._later(now, "template", 0.75)
        elif STAMP.search(bubble.text):
            self.answers += 1
            if self.answers <= MOST_ANSWERS:
                kind = "follow_up" if self.chance.random() < 0.7 else "thanks"
                self._later(now, kind, 0.6, drawn(self.chance, kind, self.script.language))
        elif any(option.title in THUMBS for option in bubble.options):
            self._later(now, "thumb", 0.5)

    def _later(self, now: datetime, kind: str, odds: float, text: str = "") -> None:
        minutes = self.chance.randint(1, 10)
        if self.chance.random() < odds:
            heapq.heappush(self.agenda, Act(now + timedelta(minutes=minutes), kind, text))

    async def _do(self, act: Act, now: datetime) -> None:
        match act.kind:
            case "block":
                self.blocked = True
                await self.phone.block()
            case "file":
                bubble = await self.phone.send_document(PDF, name="estudio.pdf", caption=act.text)
                self.said.append(Said(now, act.kind, bubble))
            case "thumb":
                await self._tap(act, now, THUMBS)
            case "template":
                await self._tap(act, now, sorted(YES if self.chance.random() < 0.8 else NO))
            case _:
                self.opted_out = self.opted_out or act.kind == "opt_out"
                self.said.append(Said(now, act.kind, await self.phone.say(act.text)))

    async def _tap(self, act: Act, now: datetime, wanted: tuple[str, ...] | list[str]) -> None:
        """The newest bubble with one of these titles; nothing when there is none any more."""
        for bubble in reversed(self.phone.bubbles):
            offered = [option.title for option in bubble.options if option.title in wanted]
            if offered:
                shown = await self.phone.tap(self.chance.choice(offered), bubble)
                self.said.append(Said(now, act.kind, shown if shown.mine else None))
                return


def people(plan: Plan, box: Sandbox, written: list[Script]) -> list[Patient]:
    """Everybody with an own phone. Some with an American number."""
    return [Patient(script, plan, _phone(box, script)) for script in written]


def _phone(box: Sandbox, script: Script) -> TelegramUser | WhatsAppUser:
    number = script.number
    if script.channel == "telegram":
        code = "en" if script.language == "en" else "es"
        return box.telegram.user(FIRST_CHAT + number, script.name, language_code=code)
    digits = f"+1213555{number:04}" if script.language == "en" else f"+52155100{number:05}"
    user = box.twilio.user(f"whatsapp:{digits}", script.name)
    user.reads = number % 3 == 0
    return user
