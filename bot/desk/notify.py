"""Tell consultants of a case, and the patient how that went: "notified" is said only after a provider accepted it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import SendError
from bot.desk import roster, routing
from bot.desk.alarms import raise_alarm
from bot.desk.card import card, refresh, show
from bot.desk.cases import BACK_IN_THE_QUEUE, all_locked, append, locked, urgent_first
from bot.desk.cases import SAFETY as DANGERS_AND_GRIEF
from bot.desk.roster import Colleague
from bot.desk.specialty import specialty_of
from bot.dialogue.noticed import with_notice
from bot.dialogue.say import Offer, Say, beside, compose
from bot.duty import duty
from bot.family import contacts
from bot.outbox.draft import ANNOUNCEMENT, CARD, PAGE, SAFETY, Purpose
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry, Message, Send

PATIENCE = timedelta(seconds=8)  # by then the patient is told something, whatever is known
TRY_AGAIN = timedelta(minutes=10)
PAGES, PAGE_AGAIN, PAGE_SELDOM = 10, timedelta(minutes=2), timedelta(minutes=10)


async def notify(services: Services, session: AsyncSession, case: Case) -> str:
    """Offer the case to the best match on duty, or page for danger. Returns what to tell the patient at once: a text key,
    or "" when that has to wait for a provider's word."""
    case.specialty = await specialty_of(services, session, case)
    if is_safety(case):
        people = await roster.to_page(services, session)
    else:
        people = await routing.first_circle(services, session, case)
    await refresh(services, session, case)  # also where it is not offered again
    if not people:
        return await _out_of_hours(services, session, case)
    if is_safety(case):
        await page(services, session, case, people)
    else:
        await _offer(services, session, case, people, first=True)
    case.notify_at = None
    case.announce_by = services.clock() + PATIENCE
    return ""


async def _out_of_hours(services: Services, session: AsyncSession, case: Case) -> str:
    """Nobody is on duty: it is offered when somebody is. Nobody knows when: it is tried again and again."""
    now = services.clock()
    opening = await roster.next_duty(services, session)
    case.notify_at, case.widen_at = opening or now + TRY_AGAIN, None
    case.announced_at = now
    if opening is None:
        return "handoff.nobody"
    return "handoff.all_away" if await roster.is_open(services, session) else "handoff.out_of_hours"


async def _offer(
    services: Services, session: AsyncSession, case: Case, people: Sequence[Colleague], *, first: bool
) -> None:
    """Their cards, and when it goes wider. `first`: it begins to wait; whoever had a card before may have one again."""
    to = [str(person.id) for person in people]
    await append(services, session, case, "offered", to=to, first=first)
    await send_cards(services, session, case, people, CARD)
    after = services.office.routing.widen_after
    case.widen_at = services.clock() + after if after else None


@duty(lambda now: select(Case.id).where(Case.announce_by <= now))
async def announce_overdue(services: Services, session: AsyncSession) -> None:
    """Patients who were promised a word about their case: nobody has accepted or refused the notification yet."""
    overdue = announce_overdue.due(services.clock())
    for case in await all_locked(session, (await session.scalars(overdue)).all()):
        if case.announce_by is None or case.announce_by > services.clock():
            continue  # a moment ago somebody told them
        await announce(services, session, case, "handoff.notifying")
        case.announced_at = None  # the outcome is still owed


@duty(
    lambda now: select(Case.id).where(
        Case.notify_at <= now, Case.holder_id.is_(None), Case.closed_at.is_(None)
    )
)
async def notify_at_opening(services: Services, session: AsyncSession) -> None:
    """Cases that waited for somebody to be on duty, most urgent first."""
    now = services.clock()
    due = await all_locked(session, (await session.scalars(notify_at_opening.due(now))).all())
    for case in sorted(due, key=urgent_first):
        if case.closed_at or case.holder_id or case.notify_at is None or case.notify_at > now:
            continue  # a moment ago somebody took it, or another worker offered it
        announced = case.announced_at
        if await notify(services, session, case) == "":
            case.announced_at, case.announce_by = announced, None


@duty(
    lambda now: select(Case).where(Case.widen_at <= now, Case.holder_id.is_(None), Case.closed_at.is_(None))
)
async def widen(services: Services, session: AsyncSession) -> None:
    """Nobody took it in time, so it is offered to more people. The patient has been told once and is not told again."""
    due = widen.due(services.clock()).with_for_update(key_share=True, skip_locked=True)
    for case in await session.scalars(due):
        people = await routing.next_circle(services, session, case)
        case.widen_at = None
        if people:
            await _offer(services, session, case, people, first=False)


async def page(services: Services, session: AsyncSession, case: Case, people: Sequence[Colleague]) -> None:
    """Send an urgent card that overtakes everything else on its way to these people; again until somebody takes the case."""
    case.widen_at = None
    if case.holder_id is None:
        case.page_again_at = services.clock() + await _until_next_page(session, case)
    await append(services, session, case, "paged", to=[str(person.id) for person in people])
    await send_cards(services, session, case, people, PAGE)


async def _until_next_page(session: AsyncSession, case: Case) -> timedelta:
    """Every two minutes, ten times; then every ten. Counted from the last red flag, or from when it came back."""
    begun = select(func.max(Entry.id)).where(
        Entry.case_id == case.id, Entry.kind.in_(("red_flag", *BACK_IN_THE_QUEUE))
    )
    paged = select(func.count()).where(Entry.case_id == case.id, Entry.kind == "paged")
    times = await session.scalar(paged.where(Entry.id > func.coalesce(begun.scalar_subquery(), 0)))
    return PAGE_AGAIN if (times or 0) < PAGES else PAGE_SELDOM


@duty(
    lambda now: select(Case).where(
        Case.page_again_at <= now, Case.holder_id.is_(None), Case.closed_at.is_(None)
    )
)
async def page_again(services: Services, session: AsyncSession) -> None:
    """Nobody has taken the emergency yet, so everybody on duty (else on call) is paged again."""
    now = services.clock()
    due = page_again.due(now).with_for_update(key_share=True, skip_locked=True)
    for case in await session.scalars(due):
        case.page_again_at = now + PAGE_AGAIN
        if people := await roster.to_page(services, session):
            await page(services, session, case, people)
        else:
            await raise_alarm(services, session, "no_notification", f"case {case.id}")


async def send_cards(
    services: Services, session: AsyncSession, case: Case, people: Iterable[Colleague], purpose: Purpose
) -> None:
    worded: dict[str, str] = {}
    for person in people:
        if person.language not in worded:
            worded[person.language] = await card(
                services, session, case, person.language, urgent=purpose.urgent
            )
        chat, text = person.conversations[0], worded[person.language]
        await _send_card(services, session, case, person, chat, purpose, text)


async def _send_card(
    services: Services,
    session: AsyncSession,
    case: Case,
    person: Colleague,
    conversation: Conversation,
    purpose: Purpose,
    text: str,
) -> None:
    order = "write" if case.holder_id else "take"
    offers = [Offer(order, {"do": order, "case": case.id})]
    if case.holder_id not in (None, person.id):
        text, offers = await _of_another(services, session, case, person)
    if person.paused:
        text = "\n".join([text, _text(services, "desk.absence.paged_anyway", person)])
    await show(services, session, case, person, conversation, purpose, text, offers)


async def _of_another(
    services: Services, session: AsyncSession, case: Case, person: Colleague
) -> tuple[str, list[Offer]]:
    """The page for danger in a case whose holder has not answered, or is on pause: whoever reads it may take over."""
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    values = {"case": str(case.id), "consultant": holder.name if holder else "–"}
    key = "desk.holding.danger_paused" if holder and holder.paused else "desk.holding.danger"
    text = _text(services, key, person, **values)
    return text, [Offer("take_over", {"do": "take_over", "case": case.id})]


def _text(services: Services, key: str, person: Colleague, **values: str) -> str:
    return services.texts.render(key, person.language, values, services.office, services.real).text


async def settled(services: Services, session: AsyncSession, send: Send, error: SendError | None) -> None:
    """A card was accepted, or will not be."""
    case = await locked(session, send.case_id) if send.case_id else None
    if case is None or case.closed_at:
        return
    if case.holder_id:
        if error is not None and send.purpose == PAGE.name:
            await _held_page_failed(services, session, case, send)
        return
    if error is None:
        await _accepted(services, session, case)
    elif not await _try_others(services, session, case, send):
        await _nobody(services, session, case, error)


async def _held_page_failed(services: Services, session: AsyncSession, case: Case, send: Send) -> None:
    """Danger in a held case, and this page reached nobody: everybody at once instead of in two minutes, and an alarm."""
    missed = await session.get_one(Conversation, send.conversation_id)
    if missed.consultant_id == case.holder_id and case.page_all_at:
        case.page_all_at = services.clock()
    await raise_alarm(services, session, "no_notification", f"case {case.id}")


async def _accepted(services: Services, session: AsyncSession, case: Case) -> None:
    if case.notified_at is None:
        case.notified_at = services.clock()
        await append(services, session, case, "notified")
    if case.announced_at is None and case.reason != "death":
        await announce(services, session, case, "safety.notified" if is_safety(case) else "handoff.notified")


async def _try_others(services: Services, session: AsyncSession, case: Case, failed: Send) -> bool:
    """Another channel of the same consultant, then anybody on duty not yet tried, best match first. True while somebody
    may be reached."""
    tried, hope = await _tried(session, case, failed)
    missed = await session.get_one(Conversation, failed.conversation_id)
    purpose = PAGE if failed.purpose == PAGE.name else CARD
    people = await _others(services, session, case, purpose)
    for person in sorted(people, key=lambda p: p.id != missed.consultant_id):
        for conversation in person.conversations:
            same = person.id == missed.consultant_id
            if conversation.id not in tried and (same or not hope):
                await append(services, session, case, "offered", to=[str(person.id)], first=False)
                text = await card(services, session, case, person.language, urgent=purpose.urgent)
                await _send_card(services, session, case, person, conversation, purpose, text)
                return True
    return hope


async def _tried(session: AsyncSession, case: Case, failed: Send) -> tuple[set[UUID], bool]:
    """The chats that were sent a card since the case began to wait, and whether any may have arrived."""
    query = select(Send.conversation_id, Send.state).where(
        Send.case_id == case.id, Send.purpose.in_((CARD.name, PAGE.name)), Send.id != failed.id
    )
    if since := await routing.waits_since(session, case):
        query = query.where(Send.created_at >= since)
    sent = (await session.execute(query)).all()
    return {failed.conversation_id, *(chat for chat, _ in sent)}, any(state != "failed" for _, state in sent)


async def _others(
    services: Services, session: AsyncSession, case: Case, purpose: Purpose
) -> Sequence[Colleague]:
    """Whom a card, or a page, may still go to, best match first."""
    if purpose is PAGE:
        return await roster.to_page(services, session)
    people = await roster.on_duty(services, session)
    best = await routing.ranked(services, session, case, people)
    return [*best, *(person for person in people if person not in best)]


async def _nobody(services: Services, session: AsyncSession, case: Case, error: SendError) -> None:
    """Nobody could be told: the patient hears the truth, once, the operator an alarm, and it is tried again."""
    known = await _last_outcome(session, case) == "unnotified"
    case.notified_at = None
    case.notify_at = services.clock() + TRY_AGAIN
    await append(services, session, case, "unnotified", code=error.code)
    await raise_alarm(services, session, "no_notification", f"case {case.id}")
    if known or case.reason == "death":
        return
    await announce(services, session, case, unreached_key(case) if is_safety(case) else "handoff.nobody")
    case.announced_at = None  # should somebody be reached after all, they hear of it


async def _last_outcome(session: AsyncSession, case: Case) -> str | None:
    query = select(Entry.kind).where(Entry.case_id == case.id, Entry.kind.in_(("notified", "unnotified")))
    return (await session.scalars(query.order_by(Entry.id.desc()).limit(1))).one_or_none()


def is_safety(case: Case) -> bool:
    return case.reason in ("emergency", "crisis")


def unreached_key(case: Case) -> str:
    """The safety text that says that nobody is reading."""
    return "safety.emergency.nobody" if case.reason == "emergency" else "safety.crisis.nobody.unknown"


async def announce(services: Services, session: AsyncSession, case: Case, key: str) -> None:
    """Tell the patient how the handoff stands; of a danger, whoever told of it."""
    chat = await _who_told(session, case) if is_safety(case) else case.conversation_id
    conversation = await session.get_one(Conversation, chat, with_for_update={"key_share": True})
    case.announced_at = services.clock()
    case.announce_by = None
    language = conversation.language or case.language
    options = call_button(conversation, case)
    say = Say(key, await outcome_values(services, session, case, language), options=options)
    says = [say] if is_safety(case) else with_notice(services, conversation, [say])
    if conversation.awaiting and not is_safety(case):
        draft = beside(services, says, language)
    else:
        draft = await compose(services, session, conversation, says, language, menus=bool(options))
    purpose = SAFETY if is_safety(case) else ANNOUNCEMENT  # said also to who wants no messages
    because = why(services, Cause("desk"), [key], language)
    await enqueue(services, session, conversation, draft, purpose, case_id=case.id, why=because)


def call_button(patient: Conversation, case: Case) -> Sequence[str]:
    """Who is told that a person will write may rather be called: not in danger or grief, nor when it is noted already."""
    calm = case.reason not in DANGERS_AND_GRIEF and patient.quiet_since is None
    return ("call_me",) if calm and case.callback_since is None else ()


async def _who_told(session: AsyncSession, case: Case) -> UUID:
    """The chat of the last red flag: the patient's, or a relative's."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind == "red_flag").order_by(Entry.id.desc())
    flag = (await session.scalars(query.limit(1))).one_or_none()
    message = await session.get(Message, flag.body["message"]) if flag and "message" in flag.body else None
    theirs = message and await contacts.relative(session, case, message.conversation_id)
    return theirs.chat.id if theirs else case.conversation_id


async def outcome_values(
    services: Services, session: AsyncSession, case: Case, language: str
) -> dict[str, str]:
    """What the handoff texts may name."""
    now = services.clock()
    values = {"case": str(case.id)}
    opening = case.notify_at or await roster.next_duty(services, session)
    if opening:
        values["opening"] = services.texts.say_time(opening, now, language, services.office.time_zone)
    return values
