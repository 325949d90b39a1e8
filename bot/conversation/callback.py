"""A call is asked for, from anywhere: "llámenme al 55… mañana a las 5", or the button. The case keeps number and time; the
patient reads both back and may correct them in a line."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import AttachmentKind, ChannelName
from bot.conversation.turn import Effect, Outcome, Turn, open_a_case
from bot.desk import callbacks
from bot.desk.card import refresh
from bot.desk.cases import open_case_of
from bot.desk.moments import moment_in
from bot.desk.phones import phone_in, read_out
from bot.dialogue.say import Offer, Say
from bot.family import contacts
from bot.outbox.why import Cause
from bot.store.tables import Case

OPENING = time(9, 0)  # of an office that tells none
JUST_SAID = ("callback.", "handoff.")  # that a person knows follows by itself
_ANOTHER = re.compile(
    r"\d|\b(?:mejor|prefiero|cambi|rather|better|instead|change)"
)  # "gracias, hasta mañana" is no time
MOST_WORDS = 4  # beside a number or a time: more than that is another message


def call(payload: Mapping[str, Any]) -> Effect:
    """Effect: the call is noted in the open case, else in a new one. `at`: the moment that the engine found, or ""; `silent`:
    after danger or a death it is noted and not spoken of."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        says = await _to_a_person(turn, session, payload)
        case = await open_case_of(session, turn.conversation.id)
        if case is None:
            return says
        written = phone_in(turn.text, turn.conversation.phone)
        words = written.rest if written else turn.text
        number = (written.number if written else "") or case.callback_number or turn.conversation.phone
        await callbacks.ask(
            turn.services, session, case, number, _when(turn, words, str(payload.get("at", "")))
        )
        await refresh(turn.services, session, case)
        return () if payload.get("silent") else [*_confirm(turn, case), *says]

    return effect


async def _to_a_person(turn: Turn, session: AsyncSession, payload: Mapping[str, Any]) -> list[Say]:
    """The case that the call belongs to. One that is open already needs no word of its own."""
    topic = str(payload.get("topic", "talk_to_human"))
    if await open_case_of(session, turn.conversation.id) is not None:
        return []
    # A case has one number to call, its patient's: a relative's is for a case of her own.
    reason = "task" if await contacts.accompanied(session, turn.conversation.id) else "asked"
    return list(await open_a_case(turn, session, reason=reason, topic=topic, urgency="normal"))


def _when(turn: Turn, words: str, found: str) -> datetime | None:
    """The wished time, if it is still to come: what the engine found with its hour, else an hour or a part of a day, else the
    opening of the day that was named."""
    office = turn.services.office
    now = office.local(turn.now)
    if "T" in found:
        at: datetime | None = datetime.fromisoformat(found)
    else:
        named = moment_in(words, now, turn.language, _opening(turn))
        at = named.at if named else None
    return at if at and at > turn.now else None


def _opening(turn: Turn) -> time:
    ranges = next((ranges for ranges in turn.services.office.hours.days if ranges), ())
    minute = ranges[0][0] if ranges else 0
    return time(minute // 60, minute % 60) if minute else OPENING


def _confirm(turn: Turn, case: Case) -> list[Say]:
    """Number and time back, or the question for the number."""
    values = {"case": str(case.id)}
    if not case.callback_number:
        if turn.conversation.channel != ChannelName.TELEGRAM:
            return [Say("callback.which_number", values, options=())]
        share = Offer("share_number", {"label": "call_me"}, wants=AttachmentKind.CONTACT.value)
        return [Say("callback.which_number.share", values, options=[share])]
    values["number"] = read_out(case.callback_number)
    if case.callback_at is None:
        return [Say("callback.noted.soon", values, options=())]
    values["time"] = _said(turn, case.callback_at)
    return [Say("callback.noted.at", values, options=()), *_if_closed(turn, case.callback_at)]


def _if_closed(turn: Turn, at: datetime) -> list[Say]:
    """That nobody will be there then, and when somebody will."""
    office = turn.services.office
    opening = None if office.is_open(at) else office.next_opening(at)
    return [Say("callback.closed_then", {"opening": _said(turn, opening)}, options=())] if opening else []


def _said(turn: Turn, at: datetime) -> str:
    return turn.services.texts.say_time(at, turn.now, turn.language, turn.services.office.time_zone)


async def called_for(turn: Turn) -> Outcome:
    """Stage: the number that was asked for, typed or shared; or a correction of what was read back."""
    case = turn.case
    if case is None or case.callback_since is None or turn.choice is not None:
        return Outcome.GO_ON
    if case.conversation_id != turn.conversation.id:  # she accompanies it: the call is the patient's
        return Outcome.GO_ON
    said = (turn.conversation.last_said or {}).get("says", ())
    just_said = any(str(say["key"]).startswith(JUST_SAID) for say in said)
    wanted = not case.callback_number and not turn.conversation.awaiting
    number, at = _told(turn, just_said=just_said)
    if not (just_said or wanted) or not (number or at):
        return Outcome.GO_ON
    turn.parts.append(_correct(number, at))
    turn.cause = Cause("command", command="callback")
    return Outcome.REPLY


def _told(turn: Turn, *, just_said: bool) -> tuple[str, datetime | None]:
    """The number and the time of a message that holds little else; a time alone only right after they were read back."""
    shared = [item["phone"] for item in turn.first.body.get("attachments", ()) if item["kind"] == "contact"]
    if shared and shared[0]:
        return shared[0], None
    text = turn.first.body.get("text", "")
    written = phone_in(text, turn.conversation.phone)
    words = written.rest if written else text
    named = moment_in(words, turn.services.office.local(turn.now), turn.language, _opening(turn))
    left = named.rest if named else words
    another_time = just_said and named and _ANOTHER.search(words.casefold())
    if len(left.split()) > MOST_WORDS or not (written or another_time):
        return "", None
    at = named.at if named and named.at > turn.now else None
    return (written.number if written else ""), at


def _correct(number: str, at: datetime | None) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        case = await open_case_of(session, turn.conversation.id)
        if case is None or case.callback_since is None:
            return ()
        await callbacks.ask(turn.services, session, case, number, at)
        await refresh(turn.services, session, case)
        return _confirm(turn, case)

    return effect
