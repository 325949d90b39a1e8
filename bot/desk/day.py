"""The morning: one bubble when a consultant's duty begins, with what waits for her. For the head of office once a week
the week in numbers too (`digest.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import callbacks, cases, digest, roster, switches, voice, windows
from bot.desk.card import page_template
from bot.desk.roster import Colleague
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say
from bot.duty import duty
from bot.office.shifts import day_began
from bot.services import Services
from bot.store.tables import Case, Consultant, Conversation, Reminder

LATE = timedelta(hours=2)  # a start so long after the beginning of a duty is no morning any more
SHOWN = 8  # lines of one list
NOON, NIGHT = 12, 19  # o'clock at the office
LONGEST_WORDS = 60  # characters of what she asked to be reminded of


@duty(lambda _now: select(Consultant).where(Consultant.listed))  # whose day it is, the calendars know
async def good_morning(services: Services, session: AsyncSession) -> None:
    """Greet one consultant whose day has begun. One a look, so that few chats are locked at a time."""
    for person, row in await _present(services, session):
        began = day_began(person.listed, services.clock(), services.office)
        if began is None or services.clock() - began > LATE or _greeted(row, began):
            continue
        chat = windows.reached(person, services.clock())
        await session.refresh(chat, with_for_update={"key_share": True})
        await session.refresh(row, with_for_update={"key_share": True})
        if not _greeted(row, began):  # by another worker, a moment ago
            earlier, row.greeted_at = row.greeted_at, services.clock()
            await _greet(Morning(services, session, person, chat), earlier)
        return


def _greeted(row: Consultant, began: datetime) -> bool:
    return row.greeted_at is not None and row.greeted_at >= began


async def _present(services: Services, session: AsyncSession) -> list[tuple[Colleague, Consultant]]:
    """Consultants who are not absent by their own word. Also on a day that was closed: they learn of it this way."""
    rows = {row.id: row for row in await session.scalars(select(Consultant).where(Consultant.listed))}
    people = await roster.colleagues(services, session)
    return [(person, rows[person.id]) for person in people if not person.paused]


@dataclass(frozen=True, slots=True)
class Morning:
    """One consultant's, in the chat where she is greeted."""

    services: Services
    session: AsyncSession
    person: Colleague
    chat: Conversation

    def time(self, at: datetime) -> str:
        services = self.services
        return services.texts.say_time(at, services.clock(), self.person.language, services.office.time_zone)

    def text(self, key: str, **values: str) -> str:
        services = self.services
        return services.texts.render(key, self.person.language, values, services.office, services.real).text

    def listed(self, key: str, lines: Sequence[str]) -> list[Say]:
        """A list under its heading, cut when it is long; nothing when it is empty."""
        if not lines:
            return []
        cut = [self.text("desk.day.more", count=str(len(lines) - SHOWN))] if len(lines) > SHOWN else []
        return [Say(key, {"count": str(len(lines)), "lines": "\n".join([*lines[:SHOWN], *cut])})]


async def _greet(morning: Morning, earlier: datetime | None) -> None:
    free = await cases.waiting(morning.session)
    mine = await cases.held_by(morning.session, morning.person.id)
    await _say_morning(morning, free, mine)
    if morning.person.listed.head and _new_week(morning.services, earlier):
        await _say_digest(morning, first=earlier is None)


async def _say_morning(morning: Morning, free: Sequence[Case], mine: Sequence[Case]) -> None:
    services, session, chat = morning.services, morning.session, morning.chat
    urgent = next((case for case in (*free, *mine) if case.holder_id is None or case.awaits_since), None)
    behind = not windows.is_open(chat, services.clock())  # only a template reaches her
    if behind and (urgent is None or await windows.called_by_template(session, chat)):
        return
    says = await _says(morning, free, mine)
    if behind and urgent:
        template = page_template(services, urgent, morning.person.language)
        await tell(services, session, morning.person, says, chat, otherwise=template, case_id=urgent.id)
    else:
        await tell(services, session, morning.person, says, chat)


async def _says(morning: Morning, free: Sequence[Case], mine: Sequence[Case]) -> list[Say]:
    button = [Offer("cases", {"do": "cases"})]
    greeting = f"desk.day.greeting.{_part_of_day(morning.services)}"
    parts = [
        *morning.listed("desk.day.waiting", [_waiting_line(morning, case) for case in free]),
        *morning.listed("desk.day.mine", [_own_line(morning, case) for case in mine if case.awaits_since]),
        *morning.listed("desk.day.callbacks", _callbacks(morning, [*mine, *free])),
        *morning.listed("desk.day.windows", await _windows(morning, [*mine, *free])),
        *morning.listed("desk.day.promised", await _promised(morning)),
        *await _outdated(morning),
        *await _notes(morning),
    ]
    if not parts:
        return [Say("desk.day.nothing", {"greeting": morning.text(greeting)}, options=button)]
    return [Say(greeting, options=button), *parts]


def _part_of_day(services: Services) -> str:
    hour = services.office.local(services.clock()).hour
    return "morning" if hour < NOON else "afternoon" if hour < NIGHT else "evening"


def _waiting_line(morning: Morning, case: Case) -> str:
    texts, language = morning.services.texts, morning.person.language
    return morning.text(
        "desk.day.waiting.line",
        case=str(case.id),
        topic=morning.services.labels.title(case.topic, language),
        urgency=texts.word("urgency", case.urgency, language),
        since=morning.time(case.opened_at),
    )


def _own_line(morning: Morning, case: Case) -> str:
    topic = morning.services.labels.title(case.topic, morning.person.language)
    since = morning.time(case.awaits_since or case.opened_at)
    return morning.text("desk.day.mine.line", case=str(case.id), topic=topic, since=since)


def _callbacks(morning: Morning, open_cases: Sequence[Case]) -> list[str]:
    """Who waits for a call, soonest first; the number of her own patients only."""
    asked = [case for case in open_cases if case.callback_since]
    return [
        morning.text("desk.day.callbacks.line", case=str(case.id), line=line)
        for case in sorted(asked, key=lambda case: case.callback_at or case.callback_since or case.opened_at)
        for line in callbacks.line(
            morning.services, case, morning.person.language, number=case.holder_id == morning.person.id
        )
    ]


async def _windows(morning: Morning, open_cases: Sequence[Case]) -> list[str]:
    """Cases of hers or of nobody whose patient can be written to freely only until some hour of today, soonest first."""
    now = morning.services.clock()
    ends = []
    for case in open_cases:
        patient = await morning.session.get_one(Conversation, case.conversation_id)
        if end := windows.closes_at(patient):
            ends.append((end, case.id))
    return [
        morning.text("desk.day.windows.line", case=str(number), time=morning.time(end))
        for end, number in sorted(ends)
        if now < end < switches.end_of_today(morning.services)
    ]


async def _promised(morning: Morning) -> list[str]:
    """What she asked to be reminded of today, in any of her chats."""
    chats = [conversation.id for conversation in morning.person.conversations]
    due = select(Reminder).where(
        Reminder.conversation_id.in_(chats),
        Reminder.done_at.is_(None),
        Reminder.due_at < switches.end_of_today(morning.services),
    )
    return [
        morning.text(
            "desk.day.promised.line" if reminder.case_id else "desk.day.promised.caseless",
            time=morning.time(reminder.due_at),
            case=str(reminder.case_id),
            words=reminder.words[:LONGEST_WORDS],
        )
        for reminder in await morning.session.scalars(due.order_by(Reminder.due_at))
    ]


async def _notes(morning: Morning) -> list[Say]:
    """What is out of the ordinary today, and whose doing it is."""
    notes = []
    for name in (switches.CLOSED, switches.ASSISTANT_OFF):
        switch = await switches.find(morning.services, morning.session, name)
        if switch is None:
            continue
        by = await morning.session.get(Consultant, switch.set_by) if switch.set_by else None
        opening = await switches.next_opening(morning.services, morning.session)
        values = {
            "consultant": by.profile["name"] if by else "–",
            "since": morning.time(switch.set_at),
            "opening": morning.time(opening) if opening else "–",
        }
        notes.append(Say(f"desk.day.note.{name}", values))
    return notes


async def _outdated(morning: Morning) -> list[Say]:
    """Recordings of hers that are not played any more, because the answer reads otherwise by now. Told once."""
    found = await voice.outdated(morning.services, morning.session, morning.person.id)
    titles = [voice.title_of(morning.services, one, morning.person.language) for one in found]
    return morning.listed("desk.day.recordings", titles)


def _new_week(services: Services, earlier: datetime | None) -> bool:
    """Whether her last greeting was in an earlier week: this is her first opening of the week."""
    return earlier is None or earlier < digest.monday(services)


async def _say_digest(morning: Morning, *, first: bool) -> None:
    """The week in numbers. Behind a closed WhatsApp window it waits for her next word."""
    services, session, chat = morning.services, morning.session, morning.chat
    week = await digest.last_week(services, session)
    if first and not week.asked:
        return  # nothing has begun yet
    say = Say("desk.digest", digest.values(services, week, morning.person.language))
    sends = await tell(services, session, morning.person, [say], chat)
    if not windows.is_open(chat, services.clock()):
        for send in sends:
            send.state = "held"
