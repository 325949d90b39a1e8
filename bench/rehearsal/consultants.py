"""The six consultants: each reads her phones and takes cards, writes, notes, transfers, pauses, closes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.rehearsal.hand import Hand, Held, HerPhone, Line, Question
from bench.rehearsal.script import OFFICE_ZONE, Plan
from bench.rehearsal.words import drawn, titles
from bot.office import Consultant as Listed
from bot.office import Office
from bot.texts.commands import CommandWords
from sandbox import Sandbox
from sandbox.twilio_api import WhatsAppUser

GOES_SILENT, SILENT_AT = "Daniel Reed", 11  # o'clock
MOST_HELD, MOST_ANSWERS = 8, 4
IGNORES = 0.12  # of the cards
WRAPS_UP = (17, 40)
QUESTION_COMES_WITHIN = timedelta(minutes=15)  # when a provider is slow; then she takes it that none comes
KEPT = timedelta(
    minutes=11
)  # after a question left open, what she writes would be asked about together with it


@dataclass
class Consultant:
    listed: Listed
    office: Office
    phones: Sequence[HerPhone]
    plan: Plan
    commands: Mapping[str, CommandWords]
    overnight: frozenset[str]  # patients to whom she writes again the next day
    colleagues: Sequence[str]
    hand: Hand = field(default_factory=Hand)

    def __post_init__(self) -> None:
        self.chance = self.plan.chance(self.name)
        span = min(timedelta(hours=10), self.plan.ends - self.plan.begins)
        self.lunch: datetime | None = self.plan.begins + span * self.chance.uniform(0.35, 0.6)
        self.back_at = self.plan.begins
        self.quiet: dict[int, datetime] = {}  # by chat: no line without an addressee before
        self.focused: dict[int, datetime] = {}  # by chat: until then a case that she picked may be in focus

    @property
    def name(self) -> str:
        return self.listed.name

    @property
    def language(self) -> str:
        return self.listed.languages[0]

    async def act(self, now: datetime) -> None:
        """Read, then do at most one thing with a card and one with a case."""
        if self._gone(now):
            return
        self._read(now)
        on_duty = self.listed.on_duty(now, self.office)
        if now < self.back_at or not (on_duty or self.name in self.office.on_call):
            return
        if self.lunch and now >= self.lunch and on_duty:
            return await self._pause(now)
        await self._take(now, only_urgent=not on_duty)
        if any([await self._answer(question, now) for question in list(self.hand.questions.values())]):
            return
        await self._tap_what_came_of_it()
        mine = self.hand.held.values()
        due = [h for h in mine if h.next_at <= now and (on_duty or h.case in self.hand.urgent)]
        if due:
            await self._go_on(min(due, key=lambda held: held.next_at), now, on_duty=on_duty)

    def _gone(self, now: datetime) -> bool:
        return self.name == GOES_SILENT and now >= self.plan.begins.replace(hour=SILENT_AT, minute=0)

    def _read(self, now: datetime) -> None:
        for chat, phone in enumerate(self.phones):
            for bubble in phone.phone.unheard():
                held = self.hand.held.get(self.hand.read(chat, bubble, now))
                if held and held.answers < MOST_ANSWERS and held.todo != "morning":
                    held.todo, held.next_at = "write", now + timedelta(minutes=self.chance.randint(1, 9))
            phone.catch_up()

    async def _pause(self, now: datetime) -> None:
        self.lunch, self.back_at = None, now + timedelta(minutes=60)
        await self.phones[0].say(f"{self._word('pause')} 1h")

    async def _take(self, now: datetime, *, only_urgent: bool) -> None:
        """The first card that has lain before her long enough; an emergency at once."""
        for number, offer in list(self.hand.offered.items()):
            waited = now - offer.at
            if only_urgent and not offer.urgent:
                continue
            if not offer.urgent and (
                waited < timedelta(minutes=1 + number % 5) or len(self.hand.held) >= MOST_HELD
            ):
                continue
            del self.hand.offered[number]
            if not offer.urgent and self.chance.random() < IGNORES:
                continue
            phone, offered = self.phones[offer.chat], titles("take")
            title = next((option.title for option in offer.bubble.options if option.title in offered), "")
            if title and self.chance.random() < 0.5:
                await phone.tap(title, offer.bubble)
            else:
                await phone.say(f"{self._word('take')} {number}")
            return

    async def _answer(self, question: Question, now: datetime) -> bool:
        """For whom it was: by a tap, on WhatsApp also by number. Left open when it asks about lines for several."""
        del self.hand.questions[question.chat]
        self.quiet[question.chat] = now
        wanted = f"#{question.case}"
        title = next((o.title for o in question.bubble.options if o.title.split(" ")[0] == wanted), "")
        if not title:
            self.quiet[question.chat] = now + KEPT
            return False
        phone = self.phones[question.chat]
        if isinstance(phone, WhatsAppUser) and self.chance.random() < 0.5:
            await phone.say(str(question.case))
        else:
            await phone.tap(title, question.bubble)
        return True

    async def _tap_what_came_of_it(self) -> None:
        bubble, self.hand.closed = self.hand.closed, None
        if bubble and self.chance.random() < 0.7:
            phone = next(phone for phone in self.phones if bubble in phone.timeline)
            await phone.tap(self.chance.randrange(len(bubble.options)), bubble)
        relieving, self.hand.relieving = self.hand.relieving, None
        if relieving and self.chance.random() < 0.2:
            phone = next(phone for phone in self.phones if relieving in phone.timeline)
            title = next(option.title for option in relieving.options if option.title in titles("take_over"))
            await phone.tap(title, relieving)

    async def _go_on(self, held: Held, now: datetime, *, on_duty: bool) -> None:
        """The next thing in this case."""
        if held.todo in ("write", "morning"):
            if await self._write(held, now):
                self._what_next(held, now, on_duty=on_duty)
            return
        held.next_at = now + timedelta(minutes=15)
        chat = self._chat()
        order = {"note": self._note, "transfer": self._transfer}.get(held.todo)
        if order:
            await order(held, chat, now)
            held.todo, held.next_at = "close", now + timedelta(minutes=self.chance.randint(5, 25))
        else:
            await self.phones[chat].say(f"{self._word(held.todo)} {held.case}")

    def _what_next(self, held: Held, now: datetime, *, on_duty: bool) -> None:
        held.answers += 1
        local = now.astimezone(OFFICE_ZONE)
        morning = (local + timedelta(days=1)).replace(hour=9, minute=self.chance.randint(5, 35))
        if held.todo == "morning":
            held.todo, held.next_at = "rest", now + timedelta(days=1)
        elif held.name in self.overnight:
            held.todo, held.next_at = "morning", morning
        elif not on_duty or ((local.hour, local.minute) >= WRAPS_UP and self.chance.random() < 0.3):
            held.todo, held.next_at = "close", morning
        else:
            odds = {"close": 72, "note": 10, "transfer": 10, "release": 8}
            held.todo = self.chance.choices(list(odds), list(odds.values()))[0]
            held.next_at = now + timedelta(minutes=self.chance.randint(6, 35))

    async def _write(self, held: Held, now: datetime) -> bool:
        """One to three lines, so that the product can tell for whom: quoting, in focus, or asked. False: not just now."""
        chat = self._chat()
        ways = ["focus"] + (["quote"] * 2 if chat in held.seen else [])
        ways += ["plain"] * 2 if max(self.quiet.get(chat, now), self.focused.get(chat, now)) <= now else []
        way, phone = self.chance.choice(ways), self.phones[chat]
        if way != "quote" and chat in self.hand.questions:
            return False
        if way == "focus":
            await phone.say(f"{self._word('write')} {held.case}")
            self.focused[chat] = now + KEPT
        for _ in range(self.chance.randint(1, 3)):
            text = f"{self._stamp(held, now)} {drawn(self.chance, 'line', self.language)}"
            await phone.say(text, quote=held.seen[chat] if way == "quote" else None)
        if way == "plain" and len(self.hand.held) > 1:
            self.quiet[chat] = now + QUESTION_COMES_WITHIN
        return True

    async def _note(self, held: Held, chat: int, now: datetime) -> None:
        """Under a bubble of the case, or not at all: which case is hers to say."""
        if chat in held.seen:
            word, rest = drawn(self.chance, "note", self.language).split(" ", 1)
            text = f"{word} {self._stamp(held, now, note=True)} {rest}"
            await self.phones[chat].say(text, quote=held.seen[chat])

    async def _transfer(self, held: Held, chat: int, now: datetime) -> None:
        to = "a" if self.language == "es" else "to"
        name = self.chance.choice([name for name in self.colleagues if name != self.name]).split()[0]
        stamp = self._stamp(held, now, note=True)
        await self.phones[chat].say(f"{self._word('transfer')} {held.case} {to} {name}: {stamp}")

    def _chat(self) -> int:
        return self.chance.choices(range(len(self.phones)), [3, 1][: len(self.phones)])[0]

    def _stamp(self, held: Held, now: datetime, *, note: bool = False) -> str:
        stamp = f"K{self.chance.getrandbits(32):08x}"
        self.hand.lines[stamp] = Line(stamp, self.name, held.case, now, note)
        return stamp

    def _word(self, command: str) -> str:
        words = self.commands[command]
        return (words.es if self.language == "es" else words.en)[0]


def staff(
    box: Sandbox, office: Office, plan: Plan, commands: Mapping[str, CommandWords], overnight: frozenset[str]
) -> list[Consultant]:
    """Those of the office file, at the phones that the sandbox gave them."""
    at = {person.name: person for person in box.people.values()}
    names = [listed.name for listed in office.consultants]
    found = []
    for listed in office.consultants:
        phones = [phone for phone in (at[listed.name].telegram, at[listed.name].whatsapp) if phone]
        found.append(Consultant(listed, office, phones, plan, commands, overnight, names))
    return found
