"""Tell consultants of a case, and the patient how that went: "notified" is said only after a provider accepted it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import SendError
from bot.desk import roster
from bot.desk.alarms import raise_alarm
from bot.desk.card import card, page_template
from bot.desk.cases import append, locked
from bot.desk.roster import Colleague
from bot.desk.specialty import specialty_of
from bot.dialogue.say import Offer, Say, compose, put_on_offer
from bot.outbox.draft import ANNOUNCEMENT, CARD, PAGE, SAFETY, Draft, Purpose
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Case, Conversation, Send

PATIENCE = timedelta(seconds=8)  # by then the patient is told something, whatever is known
TRY_AGAIN = timedelta(minutes=10)


async def notify(services: Services, session: AsyncSession, case: Case) -> str:
    """Send the card to those it suits among who is on duty. Returns what to tell the patient at once: a text key, or ""
    when that has to wait for a provider's word."""
    case.specialty = await specialty_of(services, session, case)
    people = roster.suited(case, await roster.on_duty(services, session))
    if not people:
        case.notify_at = services.office.next_opening(services.clock())
        case.announced_at = services.clock()
        return "handoff.out_of_hours" if case.notify_at else "handoff.nobody"
    await send_cards(services, session, case, people, CARD)
    case.notify_at = None
    case.announce_by = services.clock() + PATIENCE
    return ""


async def page(services: Services, session: AsyncSession, case: Case, people: Sequence[Colleague]) -> None:
    """Send an urgent card that overtakes everything else on its way to these people."""
    await send_cards(services, session, case, people, PAGE)


async def send_cards(
    services: Services, session: AsyncSession, case: Case, people: Iterable[Colleague], purpose: Purpose
) -> None:
    for person in people:
        await _send_card(services, session, case, person, person.conversations[0], purpose)


async def _send_card(
    services: Services,
    session: AsyncSession,
    case: Case,
    person: Colleague,
    conversation: Conversation,
    purpose: Purpose,
) -> None:
    text = await card(services, session, case, person.language, urgent=purpose.urgent)
    offers = [] if case.holder_id else [Offer("take", {"do": "take", "case": case.id})]
    options = await put_on_offer(services, session, conversation, offers, person.language)
    template = page_template(services, case, person.language)
    draft = Draft(text=text, options=options, otherwise=template)
    await enqueue(services, session, conversation, draft, purpose, case_id=case.id)


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
    """Another channel of the same consultant, then anybody on duty not yet tried. True while somebody may be reached."""
    query = select(Send.conversation_id, Send.state).where(
        Send.case_id == case.id, Send.purpose.in_((CARD.name, PAGE.name)), Send.id != failed.id
    )
    tried = {failed.conversation_id}
    hope = False
    for conversation_id, state in await session.execute(query):
        tried.add(conversation_id)
        hope = hope or state != "failed"
    purpose = PAGE if failed.purpose == PAGE.name else CARD
    people = await (roster.to_page if purpose is PAGE else roster.on_duty)(services, session)
    missed = await session.get_one(Conversation, failed.conversation_id)
    for person in sorted(people, key=lambda p: p.id != missed.consultant_id):
        for conversation in person.conversations:
            same = person.id == missed.consultant_id
            if conversation.id not in tried and (same or not hope):
                await _send_card(services, session, case, person, conversation, purpose)
                return True
    return hope


async def _nobody(services: Services, session: AsyncSession, case: Case, error: SendError) -> None:
    """Nobody could be told: the patient hears the truth, the operator an alarm, and it is tried again."""
    case.notified_at = None
    case.notify_at = services.clock() + TRY_AGAIN
    await append(services, session, case, "unnotified", code=error.code)
    await raise_alarm(services, session, "no_notification", f"case {case.id}")
    if case.reason == "death":
        return
    await announce(services, session, case, unreached_key(case) if is_safety(case) else "handoff.nobody")


def is_safety(case: Case) -> bool:
    return case.reason in ("emergency", "crisis")


def unreached_key(case: Case) -> str:
    """The safety text that says that nobody is reading."""
    return "safety.emergency.nobody" if case.reason == "emergency" else "safety.crisis.nobody.unknown"


async def announce(services: Services, session: AsyncSession, case: Case, key: str) -> None:
    """Tell the patient how the handoff stands."""
    conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    case.announced_at = services.clock()
    case.announce_by = None
    language = conversation.language or case.language
    say = Say(key, outcome_values(services, case, language), options=())
    draft = await compose(services, session, conversation, [say], language, menus=False)
    purpose = SAFETY if is_safety(case) else ANNOUNCEMENT  # said also to who wants no messages
    because = why(services, Cause("desk"), [key], language)
    await enqueue(services, session, conversation, draft, purpose, case_id=case.id, why=because)


def outcome_values(services: Services, case: Case, language: str) -> dict[str, str]:
    """What the handoff texts may name."""
    now = services.clock()
    values = {"case": str(case.id)}
    opening = case.notify_at or services.office.next_opening(now)
    if opening:
        values["opening"] = services.texts.say_time(opening, now, language, services.office.time_zone)
    return values
