"""«¿Cómo va mi caso?», told from the thread of this conversation's own cases: how it stands, what happened last, and when the
office opens. A number alone proves nothing: of a case of another chat nothing is said, not even whether there is one."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.doubts import by_a_person
from bot.conversation.family_status import of_joined_case
from bot.conversation.intake import not_sent
from bot.conversation.turn import Turn, reopen_a_case
from bot.desk import roster, switches
from bot.desk.card import DANGERS
from bot.desk.cases import MERGED
from bot.desk.reopening import to_reopen
from bot.dialogue.choices import folded
from bot.dialogue.say import Say
from bot.store.tables import Case, Entry

LABEL = "case_status"
COMMAND = "status"  # and "caso 104", which is an order of consultants too
OUTCOMES = ("answered", "referred", "booked", "not_for_us", "unreachable")
# What is worth telling as the last thing that happened to a case that waits, by the kind of its entry. Of a case that is
# held only who wrote last is.
WAITING = {
    "notified": "notified",
    "unnotified": "unnotified",
    "released": "passed_on",
    "returned": "passed_on",
    "reopened": "reopened",
}
_OF_A_CASE = (
    r"(?:\b(?:casos?|cases?|estado|estatus|status|folio|n[uú]m(?:ero)?|number|ref(?:erence|erencia)?)\b|#)"
)
_BETWEEN = r"[\s:.,#º°-]*(?:(?:n[uú]m(?:ero)?|number|no|es|el|is)\b[\s:.,#º°-]*){0,2}"
_NO_DURATION = (
    r"(?!\s*(?:d[ií]as?|days?|sem|weeks?|wks?|mes|months?|h(?:o|r|ou)?r?a?s?\b|min|a[nñ]os?|years?|[ap]\.?m))"
)
_NAMED = re.compile(rf"{_OF_A_CASE}{_BETWEEN}(\d{{1,18}})(?![\d/:]){_NO_DURATION}", re.IGNORECASE)


def asks_by_button(turn: Turn) -> bool:
    """The button, or its title or the command typed: what is answered also while a person is in charge."""
    if turn.choice is not None:
        return turn.choice.get("label") == LABEL
    command = turn.services.texts.command(turn.text)
    if command and command.name == COMMAND:
        return True
    titles = {folded(turn.services.texts.title(LABEL, language)) for language in ("es", "en")}
    return folded(turn.text) in titles


def is_command(turn: Turn) -> bool:
    """Whether the one bubble says "estado", "status 104" or "caso 104": it means the same in the middle of anything."""
    command = turn.services.texts.command(turn.text) if len(turn.messages) == 1 else None
    return command is not None and (
        command.name == COMMAND or (command.name == "case" and command.rest != "")
    )


def number_in(text: str) -> int | None:
    """The case number that the words name: "caso 104", "#104", "case number 104"; not "my case 2 weeks ago"."""
    found = _NAMED.search(text)
    return int(found.group(1)) if found else None


async def status(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the case named, if it is of this conversation; else the open one; else the one closed last, which asking
    about it opens again within 72 hours."""
    if turn.conversation.doubted_at:  # perhaps another person's case
        return await by_a_person(turn, session, LABEL)
    query = select(Case).where(Case.conversation_id == turn.conversation.id)
    own = (await session.scalars(query.order_by(Case.closed_at.desc().nulls_first()))).all()
    number = number_in(turn.text)
    if told := await of_joined_case(turn, session, own, number):
        return told
    named = next((case for case in own if case.id == number), None)
    case = named if named and named.outcome != MERGED else next(iter(own), None)
    if number is not None and named is None:
        still_open = await _open(turn, session, case) if case and case.closed_at is None else []
        return [*still_open, Say("case.status.not_here")]
    if case is None:
        return await not_sent(turn, session) or [Say("case.status.none")]
    if case.closed_at is None:
        return await _open(turn, session, case)
    return await _closed(turn, session, case, still_open=own[0].closed_at is None)


async def _open(turn: Turn, session: AsyncSession, case: Case) -> list[Say]:
    entries = await _entries(session, case)
    holder = await roster.colleague(turn.services, session, case.holder_id) if case.holder_id else None
    values = {"case": str(case.id), "opened": _when(turn, _opened_at(case, entries))}
    if holder and case.taken_at:
        values |= {"consultant": holder.name, "taken": _when(turn, case.taken_at)}
    says = [Say(f"case.status.{'taken' if holder else 'waiting'}", values)]
    if case.reason in DANGERS and holder is None:
        says.append(Say("case.status.danger"))
    return [*says, *_last(turn, case, entries), *await _office_closed(turn, session, case)]


async def _closed(turn: Turn, session: AsyncSession, case: Case, *, still_open: bool) -> list[Say]:
    values = {"case": str(case.id), "closed": _when(turn, case.closed_at or turn.now)}
    says = [Say("case.status.closed", values)]
    if case.outcome in OUTCOMES:
        says.append(Say(f"case.status.outcome.{case.outcome}"))
    former = await to_reopen(turn.services, session, turn.conversation.id, reason="status", topic=case.topic)
    if former is not None and former.id == case.id and not still_open:
        return [*says, *await reopen_a_case(turn, session, case, reason="status", topic=case.topic)]
    return [*says, Say("case.status.again")]


async def _entries(session: AsyncSession, case: Case) -> Sequence[Entry]:
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind.in_(("opened", "message", *WAITING)))
    return (await session.scalars(query.order_by(Entry.id))).all()


def _opened_at(case: Case, entries: Sequence[Entry]) -> datetime:
    """The first time: the column tells since when it has been open this time."""
    return next((entry.at for entry in entries if entry.kind == "opened"), case.opened_at)


def _last(turn: Turn, case: Case, entries: Sequence[Entry]) -> list[Say]:
    for entry in reversed(entries):
        if key := _key(case, entry):
            return [Say(f"case.status.{key}", {"time": _when(turn, entry.at)})]
    return []


def _key(case: Case, entry: Entry) -> str | None:
    """The patient's own words count once a holder has them: of a case that waits they say nothing new."""
    if entry.kind != "message":
        return None if case.holder_id else WAITING.get(entry.kind)
    if entry.consultant_id:
        return "wrote"
    return "you_wrote" if case.holder_id else None


async def _office_closed(turn: Turn, session: AsyncSession, case: Case) -> list[Say]:
    """When somebody will be there, unless whoever has the case is."""
    services = turn.services
    present = {person.id for person in await roster.on_duty(services, session)}
    if case.holder_id in present or await roster.is_open(services, session):
        return []
    opening = await switches.next_opening(services, session)
    return [Say("case.status.office_closed", {"opening": _when(turn, opening)})] if opening else []


def _when(turn: Turn, at: datetime) -> str:
    return turn.services.texts.say_time(at, turn.now, turn.language, turn.services.office.time_zone)
