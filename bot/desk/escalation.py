"""What follows when a target time is missed, step by step. `cases.escalate_at` is the next step, `cases.escalated` counts.

Nobody takes it: those it was offered to are reminded and the patient is told · everybody on duty · the head of office.
Its holder is silent: she is reminded · the case goes back to the queue, and the patient is told; if nobody takes it from
there in time · the head of office.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, notify, roster, routing, switches, targets
from bot.desk.alarms import raise_alarm
from bot.desk.card import page_template, refresh
from bot.desk.claim import tell_patient
from bot.desk.roster import Colleague
from bot.desk.windows import called_by_template, reached
from bot.dialogue.say import Offer, Say, put_on_offer
from bot.duty import duty
from bot.observability.metrics import BREACHES
from bot.outbox.draft import CARD, NOTICE, Draft
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry

log = structlog.get_logger()

UNTOLD = ("death", "undeliverable")  # the patient is spared it, or cannot be reached


@duty(lambda now: select(Case.id).where(Case.escalate_at <= now, Case.closed_at.is_(None)))
async def escalate(services: Services, session: AsyncSession) -> None:
    """The next step of each case whose time is up. A transaction each, so that one fault stops no other case."""
    overdue = escalate.due(services.clock()).order_by(Case.escalate_at)
    for number in (await session.scalars(overdue)).all():
        try:
            async with services.database.session() as own:
                await _escalate(services, own, number)
        except Exception:
            log.error("escalation failed", case=number, exc_info=True)


async def _escalate(services: Services, session: AsyncSession, number: int) -> None:
    await _lock_chats(session)
    case = await cases.locked(session, number)
    if case is None or case.closed_at or case.escalate_at is None or case.escalate_at > services.clock():
        return  # answered, taken or escalated by somebody else a moment ago
    if await _rests(services, session, case):
        return
    missed = case.answer_by if case.holder_id else case.take_by
    if case.escalate_at == missed:
        BREACHES.labels(kind="answer" if case.holder_id else "take").inc()
    await _next_step(case)(services, session, case)


async def _lock_chats(session: AsyncSession) -> None:
    """The desk's own chats before any patient's, as a consultant's bubble locks them: else each may wait for the other."""
    query = select(Conversation.id).where(Conversation.role != "patient").order_by(Conversation.id)
    await session.execute(query.with_for_update(read=True, key_share=True))


async def _rests(services: Services, session: AsyncSession, case: Case) -> bool:
    """Out of hours only what is urgent escalates: the rest waits for the opening; after a day that was called off, with
    all its time again."""
    closed = await switches.is_set(services, session, switches.CLOSED)
    if case.urgency == "urgent" or (services.office.counts(services.clock()) and not closed):
        return False
    missed, step = case.escalate_at, _patience(services, case) if closed else timedelta()
    case.escalate_at = await targets.due(services, session, case, step)
    if case.take_by == missed:
        case.take_by = case.escalate_at
    if case.answer_by == missed:
        case.answer_by = case.escalate_at
    return True


def _patience(services: Services, case: Case) -> timedelta:
    """How long each step waits: as long as the target itself."""
    target = targets.target(services, case)
    return target.answer if case.holder_id else target.take


type Step = Callable[[Services, AsyncSession, Case], Awaitable[None]]


def _next_step(case: Case) -> Step:
    if case.holder_id:
        return _return if case.escalated else _remind_holder
    if case.escalated >= targets.TO_THE_HEAD or notify.is_safety(case):
        return _tell_head  # an emergency is being paged to everybody all the while (emergency.py)
    return _remind_everybody if case.escalated else _remind_offered


async def _stepped(
    services: Services, session: AsyncSession, case: Case, entry: str, told: Sequence[Colleague]
) -> None:
    case.escalated += 1
    case.escalate_at = await targets.due(services, session, case, _patience(services, case))
    await cases.append(services, session, case, entry, told=[str(person.id) for person in told])


async def _remind_holder(services: Services, session: AsyncSession, case: Case) -> None:
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is None:  # gone from the office: nobody to remind
        return await _return(services, session, case)
    await _stepped(services, session, case, "reminded", [holder])
    await _tell(services, session, case, holder, "desk.targets.answer", ("write", "transfer", "release"))


async def _return(services: Services, session: AsyncSession, case: Case) -> None:
    """The lease ends. From here the head of office is next, and knows that it is the second wait."""
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    patient = await session.get_one(Conversation, case.conversation_id)
    key = "desk.targets.returned_untold" if patient.opted_out_at else "desk.targets.returned"
    if holder:
        await _tell(services, session, case, holder, key, ("take",))
    await cases.release(services, session, case, "silent")
    case.escalated = targets.TO_THE_HEAD
    case.notify_at = services.clock()  # offered anew, to her last
    await refresh(services, session, case)
    key = await switches.worded(services, session, "handoff.returned")
    await tell_patient(services, session, case, Say(key, {"case": str(case.id)}))


async def _remind_offered(services: Services, session: AsyncSession, case: Case) -> None:
    people = await roster.on_duty(services, session)
    offered = await routing.offered_to(session, case)
    await _remind(services, session, case, [p for p in people if p.id in offered] or people)


async def _remind_everybody(services: Services, session: AsyncSession, case: Case) -> None:
    await _remind(services, session, case, await roster.on_duty(services, session))


async def _remind(services: Services, session: AsyncSession, case: Case, people: list[Colleague]) -> None:
    if not people:
        return await _tell_head(services, session, case)
    await _tell_waiting(services, session, case)
    await _stepped(services, session, case, "reminded", people)
    offered = await routing.offered_to(session, case)
    for person in (person for person in people if person.id in offered):
        await _tell(services, session, case, person, "desk.targets.untaken", ("take",))
    await _offer(services, session, case, [person for person in people if person.id not in offered])


async def _offer(services: Services, session: AsyncSession, case: Case, people: list[Colleague]) -> None:
    """Who has had no card of it gets one."""
    if people:
        to = [str(person.id) for person in people]
        await cases.append(services, session, case, "offered", to=to, first=False)
        await notify.send_cards(services, session, case, people, CARD)


async def _tell_head(services: Services, session: AsyncSession, case: Case) -> None:
    heads = [person for person in await roster.colleagues(services, session) if person.listed.head]
    await _tell_waiting(services, session, case)
    await _stepped(services, session, case, "escalated", heads)
    case.escalated, case.escalate_at = targets.TO_THE_HEAD + 1, None
    for head in heads:
        await _tell(services, session, case, head, "desk.targets.head", ("take",))
    if not heads:
        await raise_alarm(services, session, "untaken", f"case {case.id}")


async def _tell_waiting(services: Services, session: AsyncSession, case: Case) -> None:
    """The patient hears once that it takes longer; in danger, that nobody reads this and whom to call."""
    told = select(Entry.id).where(Entry.case_id == case.id, Entry.kind == "delay_told").limit(1)
    patient = await session.get_one(Conversation, case.conversation_id)
    untold = case.reason in UNTOLD or patient.opted_out_at is not None
    if untold or (await session.scalars(told)).one_or_none() is not None:
        return
    await cases.append(services, session, case, "delay_told")
    if notify.is_safety(case):
        await notify.announce(services, session, case, notify.unreached_key(case))
    else:
        await tell_patient(services, session, case, Say("handoff.waiting_status", {"case": str(case.id)}))


async def _tell(
    services: Services, session: AsyncSession, case: Case, person: Colleague, key: str, orders: Sequence[str]
) -> None:
    """One notice to a consultant, with buttons; behind her closed window, the template of a card."""
    chat, language = reached(person, services.clock()), person.language
    offers = [Offer(order, {"do": order, "case": case.id}) for order in orders]
    text = services.texts.render(
        key, language, _values(services, case, language), services.office, services.real
    )
    called = case.holder_id == person.id and await called_by_template(session, chat)  # then it waits for her
    draft = Draft(
        text=text.text,
        options=await put_on_offer(services, session, chat, offers, language),
        otherwise=None if called else page_template(services, case, language),
    )
    await enqueue(services, session, chat, draft, NOTICE, case_id=case.id)


def _values(services: Services, case: Case, language: str) -> dict[str, str]:
    now = services.clock()
    moments = {"since": case.awaits_since or case.opened_at, "until": case.escalate_at or now}
    zone = services.office.time_zone
    spoken = {name: services.texts.say_time(at, now, language, zone) for name, at in moments.items()}
    return {
        **spoken,
        "case": str(case.id),
        "topic": services.labels.title(case.topic, language),
        "urgency": services.texts.word("urgency", case.urgency, language),
    }
