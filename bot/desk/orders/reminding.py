"""`recuérdame mañana 9 llamar a la hija`: kept for later, about a case or about none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from bot.desk.desk import MOST_CASES, Desk, Order, Refusal
from bot.desk.moments import Moment, moment_in
from bot.desk.orders.looking import nearest
from bot.desk.orders.writing import after_all_offer
from bot.desk.pages import page_of
from bot.desk.reminders import key_of, values_of
from bot.desk.standing import at_words
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case, Choice, Message, Reminder

ASKED = "desk.remind.when"
OPENING = time(9, 0)  # where the office's hours tell none
FURTHEST = timedelta(days=366)
LONGEST = 500  # characters that she is reminded with
_NAMED = re.compile(r"(?:#|\b(?:el\s+)?(?:caso|case)\s+#?)(\d{1,9})\b", re.IGNORECASE)
_AT_AN_END = re.compile(r"^(\d{1,9})\b(?![/:.]\d)|(?<![\d/:.#])\b(\d{1,9})$")
_ME = re.compile(r"^me\b[\s,:]*", re.IGNORECASE)
_TO_HERSELF = re.compile(r"^\W*(?:recu[eé]rdame|remind\s+me)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What she asks for: a moment if she named one, a case if she named one, and the words."""

    moment: Moment | None
    number: int
    words: str


async def remind(desk: Desk, order: Order) -> Sequence[Say]:
    """Keep a reminder. What names no moment is asked about: it may have been meant for a patient."""
    if order.meaning.get("at"):
        return await _tapped(desk, order)
    asked = _ME.sub("", order.rest.strip())
    if not asked:
        return await _kept(desk, order)
    wish = await _wish(desk, asked)
    case = await _case(desk, wish)
    if wish.moment is None or not _is_ahead(desk, wish.moment.at):
        key = "desk.remind.over" if wish.moment else ASKED
        return [await _when(desk, order, key, desk.message, wish.words, case)]
    return [await _keep(desk, order, wish.moment.at, wish.words, case)]


def _is_ahead(desk: Desk, at: datetime) -> bool:
    now = desk.services.clock()
    return now < at < now + FURTHEST


async def _wish(desk: Desk, asked: str) -> Wish:
    named = _NAMED.search(asked)
    without = f"{asked[: named.start()]} {asked[named.end() :]}" if named else asked
    moment = _moment(desk, without)
    words = moment.rest if moment else " ".join(without.split())
    number = int(named[1]) if named else 0
    held = {case.id for case in await desk.held()}
    # "mañana 9 104 llamar": a bare number at an end of the words is a case if she holds one of that number
    if not number and (bare := _AT_AN_END.search(words)) and int(bare[1] or bare[2]) in held:
        number = int(bare[1] or bare[2])
        words = f"{words[: bare.start()]} {words[bare.end() :]}"
    return Wish(moment, number, " ".join(words.split()).strip(" ,;:-–")[:LONGEST])


def _moment(desk: Desk, text: str) -> Moment | None:
    now = desk.services.office.local(desk.services.clock())
    return moment_in(text, now, desk.me.language, _opening(desk))


def _opening(desk: Desk) -> time:
    """When the office opens on most days: what "mañana" alone means."""
    starts = [ranges[0][0] for ranges in desk.services.office.hours.days if ranges]
    usual = max(set(starts), key=starts.count)
    return time(usual // 60, usual % 60) if usual else OPENING


async def _case(desk: Desk, wish: Wish) -> Case | None:
    """The case named, else the one quoted, else her focus, else her only one, else none."""
    if wish.number:
        case = await desk.session.get(Case, wish.number) if wish.number < MOST_CASES else None
        if case is None:
            raise Refusal(Say("desk.looking.unknown", {"number": str(wish.number)}))
        return case
    return await nearest(desk)


async def _keep(desk: Desk, order: Order, at: datetime, words: str, case: Case | None) -> Say:
    reminder = Reminder(
        conversation_id=desk.conversation.id,
        case_id=case.id if case else None,
        words=words,
        due_at=at,
        created_at=desk.services.clock(),
    )
    desk.session.add(reminder)
    await desk.session.flush()
    offers = [Offer("forget", {"do": "forget", "reminder": reminder.id})]
    asked = await desk.session.get_one(Message, order.meaning.get("message", desk.message.id))
    if case and not _TO_HERSELF.match(asked.body.get("text", "")) and not asked.body.get("choice"):
        offers.append(
            await after_all_offer(desk, order, asked.id)
        )  # "recordar que venga en ayunas mañana a las 9"
    values = {**values_of(reminder), "when": _when_in_words(desk, at), "there": _there(desk, at)}
    return Say(key_of("desk.remind.set", reminder), values, options=offers)


def _when_in_words(desk: Desk, at: datetime) -> str:
    return at_words(desk.services, at, desk.me.language)


def _there(desk: Desk, at: datetime) -> str:
    """The same moment on the hospital's clock."""
    zone = desk.services.office.hospital.time_zone
    return desk.services.texts.say_time(at, desk.services.clock(), desk.me.language, zone)


async def _when(desk: Desk, order: Order, key: str, message: Message, words: str, case: Case | None) -> Say:
    """Asked with the moments that are wanted most; typing one is understood too."""
    after_all = await after_all_offer(desk, order, message.id)
    about = {"do": "remind", "message": message.id, "words": words, "meant": after_all.meaning["case"]}
    about |= {"case": case.id} if case else {}
    offers = [Offer(name, {**about, "at": at.isoformat()}) for name, at in _suggested(desk).items()]
    if await desk.held():
        offers.append(after_all)
    return Say(key, {"words": words or "–"}, options=offers, asks=True)


def _suggested(desk: Desk) -> dict[str, datetime]:
    now = desk.services.office.local(desk.services.clock())
    opening = _opening(desk)

    def at(days: int) -> datetime:
        return datetime.combine(now.date() + timedelta(days=days), opening, tzinfo=now.tzinfo)

    return {
        "remind_hour": now + timedelta(hours=1),
        "remind_tomorrow": at(1),
        "remind_monday": at(7 - now.weekday()),
    }


async def _tapped(desk: Desk, order: Order) -> Sequence[Say]:
    """One of the moments that were suggested."""
    meaning = order.meaning
    case = await desk.session.get(Case, order.number) if order.number else None
    at = datetime.fromisoformat(meaning["at"])
    if not _is_ahead(desk, at):
        message = await desk.session.get_one(Message, meaning["message"])
        return [await _when(desk, order, "desk.remind.over", message, meaning["words"], case)]
    return [await _keep(desk, order, at, meaning["words"], case)]


async def answered(desk: Desk) -> Order | None:
    """The order that a typed moment completes when she was just asked when: it must not go to a patient."""
    last = desk.conversation.last_said or {}
    if not desk.conversation.awaiting or not any(
        say["key"] in (ASKED, "desk.remind.over") for say in last.get("says", ())
    ):
        return None
    moment = _moment(desk, desk.message.body.get("text", ""))
    token = next((option["token"] for option in last.get("options", ())), "")
    if moment is None or moment.rest or not token:
        return None
    if await desk.quoted_number():
        return None  # it answers a patient, not the question
    choice = await desk.session.get(Choice, token)
    return Order("remind", meaning={**choice.meaning, "at": moment.at.isoformat()}) if choice else None


async def _kept(desk: Desk, order: Order) -> Sequence[Say]:
    """`recordar` alone: what is still to come, each with a button that forgets it."""
    chats = [chat.id for chat in desk.me.conversations]
    query = select(Reminder).where(Reminder.conversation_id.in_(chats), Reminder.done_at.is_(None))
    reminders = list(await desk.session.scalars(query.order_by(Reminder.due_at)))
    if not reminders:
        return [Say("desk.remind.none")]
    page = page_of(desk, reminders, {"do": "remind"}, order.meaning.get("page", 0))
    lines = [
        desk.text(key_of("desk.remind.line", one), **values_of(one), when=_when_in_words(desk, one.due_at))
        for one in page.items
    ]
    offers = [_forget(desk, one) for one in page.items]
    return [Say("desk.remind.kept", {"lines": "\n".join(lines)}, options=[*offers, *page.more])]


def _forget(desk: Desk, reminder: Reminder) -> Offer:
    local = reminder.due_at.astimezone(desk.services.office.time_zone)
    title = desk.text("desk.remind.forget", time=f"{local:%d/%m %H:%M}")[:20]
    return Offer("forget", {"do": "forget", "reminder": reminder.id}, title)


async def forget(desk: Desk, order: Order) -> Sequence[Say]:
    """The button under a reminder that is still to come."""
    reminder = await desk.session.get(
        Reminder, order.meaning["reminder"], with_for_update={"key_share": True}
    )
    if reminder is None or reminder.done_at:
        return [Say("desk.remind.gone")]
    reminder.done_at = desk.services.clock()
    return [Say(key_of("desk.remind.forgotten", reminder), values_of(reminder))]
