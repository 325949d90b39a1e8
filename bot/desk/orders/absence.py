"""Absence, by the consultant's own word: no cards and no pages until she is back."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from re import DOTALL
from re import compile as pattern

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster, switches
from bot.desk.desk import Desk, Order
from bot.desk.moments import moment_in
from bot.desk.orders.holding import numbers
from bot.desk.roster import Colleague
from bot.desk.tell import tell
from bot.dialogue.choices import folded
from bot.dialogue.say import Offer, Say
from bot.duty import duty
from bot.office import Consultant as Listed
from bot.office import Office
from bot.services import Services
from bot.store.tables import Consultant

LONGEST = timedelta(days=60)
MORNING = time(8)  # when "until tomorrow" ends for somebody whose hours have no beginning
NIGHT_ENDS = 5  # o'clock
_UNTIL = pattern(r"(?:hasta|until|till?)\s+(?P<when>.+)", DOTALL)
_FOR = pattern(r"(?:(?:por|durante|de|for)\s+)?(?P<span>.+)")
_CLOCK = pattern(r"(?:(?:a\s+)?las?\s+)?(?P<hour>\d.*)")
_REST_OF_THE_DAY = ("hoy", "por hoy", "today", "for today", "el resto del dia", "the rest of the day")
# What looks like a time but is none: it is asked about, and must not reach a patient.
_UNCLEAR = pattern(r"(?:(?:hasta|until|till?|por|for)\s+)?(?:las?\s+)?\d[\d:.]*\s*\w{0,4}")


async def pause(desk: Desk, order: Order) -> Sequence[Say] | None:
    """None when the words are for the patient after all: "pausa el tratamiento"."""
    now, until = desk.services.clock(), None
    if order.rest.strip():
        until = until_when(order.rest, now, desk.me.listed, desk.services.office)
        if until is None:
            return [Say("desk.absence.unclear")] if _UNCLEAR.fullmatch(folded(order.rest)) else None
    was_on_duty = desk.me.id in {p.id for p in await roster.on_duty(desk.services, desk.session)}
    await _set(desk.session, desk.me, paused_at=now, paused_until=until)
    return [await _told(desk, until, was_on_duty=was_on_duty)]


def until_when(words: str, now: datetime, person: Listed, office: Office) -> datetime | None:
    """The end of a pause: "2h", "hasta las 15:00", "until tomorrow". None when the words name none, or say more."""
    text, local = folded(words), office.local(now)
    morning = _morning(person, local, office)
    if text in _REST_OF_THE_DAY:
        return morning
    if match := _UNTIL.fullmatch(text):
        clock = _CLOCK.fullmatch(match["when"])
        text = f"at {clock['hour']}" if clock else match["when"]
    elif match := _FOR.fullmatch(text):
        text = f"en {match['span']}"
    found = moment_in(text, local, person.languages[0], morning.time())
    if found is None or found.rest or not now < found.at <= now + LONGEST:
        return None
    return found.at


def _morning(person: Listed, local: datetime, office: Office) -> datetime:
    """When her next day begins: with her hours, or at eight when they have no beginning."""
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=local.tzinfo)
    begins = person.next_duty(midnight, office) or midnight
    return begins if begins.hour >= NIGHT_ENDS else datetime.combine(begins, MORNING, tzinfo=begins.tzinfo)


async def _set(session: AsyncSession, person: Colleague, **values: datetime | None) -> None:
    await session.execute(update(Consultant).where(Consultant.id == person.id).values(**values))


async def send_away(
    services: Services, session: AsyncSession, person: Colleague, until: datetime | None
) -> None:
    """By the head of office, in the console: the same as her own word, and she is told."""
    await _set(session, person, paused_at=services.clock(), paused_until=until)
    key = "desk.absence.sent_away_until" if until else "desk.absence.sent_away"
    zone = services.office.time_zone
    said = services.texts.say_time(until, services.clock(), person.language, zone) if until else ""
    offers = [Offer("resume", {"do": "resume"})]
    await tell(services, session, person, [Say(key, {"until": said} if until else {}, options=offers)])


async def call_back(services: Services, session: AsyncSession, person: Colleague) -> None:
    """Likewise: she gets cases again."""
    await _set(session, person, paused_at=None, paused_until=None)
    await tell(services, session, person, [await _back(services, session, "desk.absence.called_back")])


async def _told(desk: Desk, until: datetime | None, *, was_on_duty: bool) -> Say:
    """What her pause means, in one bubble: for her, for what she holds, and for the office."""
    services, session, mine = desk.services, desk.session, await desk.held()
    lines = [desk.text("desk.absence.paused")]
    if until:
        said = services.texts.say_time(until, services.clock(), desk.me.language, services.office.time_zone)
        lines = [desk.text("desk.absence.paused_until", until=said)]
    if mine:
        lines.append(desk.text("desk.absence.holding", cases=numbers(mine)))
    if was_on_duty and not await roster.on_duty(services, session):
        lines.append(desk.text("desk.absence.nobody_left"))
    if desk.me.id in {person.id for person in await roster.to_page(services, session)}:
        lines.append(desk.text("desk.absence.still_paged"))
    names = ["resume", "release_all"] if mine else ["resume"]
    options = [Offer(name, {"do": name}) for name in names]
    return Say("desk.absence.told", {"lines": "\n\n".join(lines)}, options=options)


async def resume(desk: Desk, order: Order) -> Sequence[Say]:
    """She is back: what waited for anybody to be on duty is offered now."""
    if not desk.me.paused:
        return [Say("desk.absence.not_paused")]
    await _set(desk.session, desk.me, paused_at=None, paused_until=None)
    return [await _back(desk.services, desk.session, "desk.absence.resumed")]


async def _back(services: Services, session: AsyncSession, key: str) -> Say:
    await switches.look_again(services, session)
    waiting = await cases.waiting(session)
    offers = [Offer("cases", {"do": "cases"})] if waiting else []
    return Say(key, {"count": str(len(waiting))}, options=offers)


@duty(lambda now: select(Consultant).where(Consultant.paused_until <= now))
async def end_pauses(services: Services, session: AsyncSession) -> None:
    """The time that she named is over."""
    over = end_pauses.due(services.clock()).with_for_update(key_share=True, skip_locked=True)
    for row in await session.scalars(over):
        row.paused_at = row.paused_until = None
        await session.flush()
        person = await roster.colleague(services, session, row.id)
        if person is None:
            continue
        say, chat = await _back(services, session, "desk.absence.over"), person.conversations[0]
        await tell(services, session, person, [say], chat)
