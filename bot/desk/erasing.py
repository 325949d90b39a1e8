"""An erasure step by step: the case is closed and its holder told; when nothing is under way any more all tables are erased
in one transaction; the person gets a receipt; then the provider's copies go, and last what led to the person.

The steps are jobs with a queue of their own, because a provider may be slow: no timer of anybody waits for it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Bubble, ChannelName, split_text
from bot.channels.errors import ContactUnreachable, Rejected, SendError, WindowClosed
from bot.desk import cases, roster
from bot.desk.alarms import raise_alarm
from bot.desk.card import refresh
from bot.desk.tell import tell
from bot.dialogue.say import Say
from bot.duty import duty
from bot.family import contacts, leaving
from bot.family.telling import tell_relatives
from bot.observability.metrics import ERASURES
from bot.outbox.draft import BOARD
from bot.privacy import erasure, requests
from bot.privacy.deadlines import deadlines
from bot.services import Services
from bot.store.tables import Case, Conversation, Erasure, Message, Send

log = structlog.get_logger()

SOON, LATER = timedelta(seconds=1), timedelta(seconds=20)
PATIENCE = timedelta(minutes=5)  # for what is under way
STUCK = timedelta(days=2)


@duty(lambda now: select(Erasure.id).where(Erasure.due_at <= now))
async def erase_due(services: Services, session: AsyncSession) -> None:
    """Each erasure whose next step is due becomes a job."""
    for number in (await session.scalars(erase_due.due(services.clock()))).all():
        await services.jobs.erase(session, number)


async def carry_out(services: Services, number: int) -> None:
    """The job: as many steps as can be done now."""
    async with services.database.only_one(f"erasure:{number}"):
        try:
            while await _step(services, number):
                pass
        except Exception:
            log.error("erasure failed", erasure=number, exc_info=True)
            await _wait(services, number, LATER)


async def _step(services: Services, number: int) -> bool:
    """Returns whether the next one can be done at once."""
    async with services.database.session() as session:
        row = await session.get_one(Erasure, number)
        if row.done_at:
            return False
        if row.erased_at is None:
            return await _erase(services, session, row)
    if row.receipt_at is None:
        return await _send_receipt(services, row)
    return await _erase_copies(services, row)


async def _erase(services: Services, session: AsyncSession, row: Erasure) -> bool:
    now = services.clock()
    if row.conversation_id is None:  # another erasure took it along
        row.route, row.due_at, row.done_at = None, None, now
        await requests.carried_out(session, row.id, now)
        return False
    chats = await erasure.chats_of_person(session, row.conversation_id)
    if await _in_danger(session, chats):
        row.due_at = now + LATER
        return False
    waiting = await _closed_now(services, session, chats) or await _left_now(services, session, chats)
    if waiting or await _under_way(session, chats, row, now):
        row.due_at = now + SOON
        return False
    people = (await session.scalars(select(Conversation).where(Conversation.id.in_(chats)))).all()
    route = {"to": [{"channel": p.channel, "address": p.address, "phone": p.phone} for p in people]}
    number, asked = row.id, row.asked_at
    done = await erasure.erase(session, chats, now)
    row = await session.get_one(Erasure, number)
    row.route = route | {"copies": list(done.copies)}
    row.erased = {"counts": dict(done.counts), "cases": list(done.cases), "seen": len(done.seen)}
    row.erased_at = now
    ERASURES.labels(by=row.asked_by).inc()
    log.info("erased", erasure=number, **done.counts)
    await _tell_consultants(services, session, done, asked)
    return True


async def _in_danger(session: AsyncSession, chats: Sequence[UUID]) -> bool:
    """An open case about danger goes on until a person closes it."""
    query = select(Case.id).where(Case.conversation_id.in_(chats), Case.closed_at.is_(None))
    return (await session.scalars(query.where(Case.reason.in_(cases.SAFETY)).limit(1))).first() is not None


async def _closed_now(services: Services, session: AsyncSession, chats: Sequence[UUID]) -> bool:
    """Whether there was a case to close: cards say so, and its holder's next words go nowhere."""
    query = select(Case.id).where(Case.conversation_id.in_(chats), Case.closed_at.is_(None))
    numbers = (await session.scalars(query)).all()
    for case in await cases.all_locked(session, numbers):
        holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
        case.outcome = erasure.OUTCOME
        await cases.close(services, session, case, None)
        await refresh(services, session, case)
        told = Say("family.told.closed", {"case": str(case.id)})
        await tell_relatives(services, session, case, told)
        if holder:
            say = Say("desk.erasing", {"case": str(case.id)})
            await tell(services, session, holder, [say])
    return bool(numbers)


async def _left_now(services: Services, session: AsyncSession, chats: Sequence[UUID]) -> bool:
    """Whether there was somebody else's case to leave: its patient and its holder learn that she is gone, and not why."""
    people = (await session.scalars(select(Conversation).where(Conversation.id.in_(chats)))).all()
    left = False
    for chat in people:
        while (case := await contacts.accompanied(session, chat.id)) is not None:
            await leaving.end_hers(services, session, case, chat)
            left = True
    return left


async def _under_way(session: AsyncSession, chats: Sequence[UUID], row: Erasure, now: Any) -> bool:
    """A message that is being answered, or a bubble that is going out."""
    if now - row.asked_at > PATIENCE:
        return False
    theirs = select(Case.id).where(Case.conversation_id.in_(chats))
    unanswered = select(func.count()).select_from(Message)
    unanswered = unanswered.where(Message.conversation_id.in_(chats), Message.answered_at.is_(None))
    leaving = select(func.count()).select_from(Send).where(Send.purpose != BOARD.name)
    leaving = leaving.where(
        or_(Send.conversation_id.in_(chats), Send.case_id.in_(theirs)),
        Send.state.in_(("pending", "sending")),
    )
    return bool(await session.scalar(unanswered) or await session.scalar(leaving))


async def _tell_consultants(
    services: Services, session: AsyncSession, done: erasure.Erased, asked: Any
) -> None:
    """Whoever had the case holds words of it on her own phone: that is hers to delete."""
    if not done.cases:
        return
    _, by = deadlines(services.office, asked)
    numbers = ", ".join(f"#{number}" for number in done.cases)
    for person in await roster.colleagues(services, session, list(done.seen)):
        day = services.texts.say_day(by, person.language)
        await tell(services, session, person, [Say("desk.erased", {"cases": numbers, "by": day})])


async def _send_receipt(services: Services, row: Erasure) -> bool:
    """Straight to the provider: in our tables it would be a trace again. Who cannot be reached gets none."""
    target = (row.route or {}).get("to", [{}])[0]
    channel = services.channels.get(target.get("channel", ""))
    if channel is None and row.asked_by != "age":
        await _wait(services, row.id, LATER)  # this process has no way to them; another has
        return False
    if channel is not None and row.asked_by != "age":
        for part in split_text(_receipt(services, row), channel.limits.text):
            try:
                await channel.send(target["address"], Bubble(text=part), f"erasure-{row.id}")
            except (ContactUnreachable, Rejected, WindowClosed):
                break
            except SendError:
                await _wait(services, row.id, LATER)
                return False
    await _mark(services, row.id, receipt_at=services.clock())
    return True


def _receipt(services: Services, row: Erasure) -> str:
    """What went, what remains and with whom, and the clock of the law."""
    language, told = row.language, row.erased or {}
    answered, done = deadlines(services.office, row.asked_at)
    counts = {name: str(count) for name, count in told.get("counts", {}).items()}
    numbers = ", ".join(f"#{number}" for number in told.get("cases", ()))
    values = {"answer_by": services.texts.say_day(answered, language)}
    values |= {"done_by": services.texts.say_day(done, language), "cases": numbers, **counts}
    names = ["done", *(["cases"] if numbers else []), *(["consultant"] if told.get("seen") else [])]
    names += [row.channel, "backups", "clock"]
    return "\n".join(
        services.texts.render(
            f"privacy.receipt.{name}", language, values, services.office, services.real
        ).text
        for name in names
    )


async def _erase_copies(services: Services, row: Erasure) -> bool:
    """At the provider, where it allows that; then the way to the person goes too."""
    route = row.route or {}
    try:
        staff = {"channel": ChannelName.WHATSAPP.value, "others": route.get("copies", [])}
        left = [await _copies_left(services, target) for target in (*route.get("to", ()), staff)]
    except SendError as error:
        log.warning("copies not erased", erasure=row.id, error=type(error).__name__, code=error.code)
        left = [True]
    if any(left):
        await _wait(services, row.id, LATER)
        return False
    await _mark(services, row.id, route=None, due_at=None, done_at=services.clock())
    return False


async def _copies_left(services: Services, target: dict[str, Any]) -> bool:
    """Of one chat, or of what was in consultants' chats (`others`). Of a channel that is not connected nothing is in reach."""
    channel = services.channels.get(target["channel"])
    known = [one for one in (target.get("address"), target.get("phone")) if one]
    return channel is not None and not await channel.erase_copies(known, target.get("others", ()))


async def _mark(services: Services, number: int, **values: Any) -> None:
    async with services.database.session() as session:
        row = await session.get_one(Erasure, number)
        for name, value in values.items():
            setattr(row, name, value)
        if row.done_at:
            await requests.carried_out(session, number, row.done_at)


async def _wait(services: Services, number: int, pause: timedelta) -> None:
    async with services.database.session() as session:
        row = await session.get_one(Erasure, number)
        row.due_at = services.clock() + pause
        if services.clock() - row.asked_at > STUCK:
            await raise_alarm(services, session, "erasure_stuck", f"erasure {number}")
