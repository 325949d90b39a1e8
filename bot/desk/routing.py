"""Whom a case goes to: the best match first, then everybody it suits, then everybody on duty; and back to the queue when
its holder is gone."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster, switches
from bot.desk.claim import tell_patient
from bot.desk.roster import Colleague
from bot.dialogue.say import Say
from bot.office.routing import lane_of
from bot.outbox.draft import CARD
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry, Send

CONTINUITY = timedelta(days=90)  # so long a patient is best known to who was last with them
WITH_THE_PATIENT = ("claimed", "taken_over", "message")  # entries of who was


async def first_circle(services: Services, session: AsyncSession, case: Case) -> list[Colleague]:
    """Whom a case is offered to first: the best match on duty, or everybody it suits where the office never widens."""
    people = await ranked(services, session, case, await roster.on_duty(services, session))
    return people if services.office.routing.widen_after is None else people[:1]


async def next_circle(services: Services, session: AsyncSession, case: Case) -> list[Colleague]:
    """Who has not been offered it yet: of those it suits, else of all on duty."""
    offered = await offered_to(session, case)
    present = await roster.on_duty(services, session)
    people = [person for person in present if person.id not in offered]
    suits = {person.id for person in suited(case, present)}
    return [person for person in people if person.id in suits] or people


async def offered_to(session: AsyncSession, case: Case) -> set[UUID]:
    """Everybody whom the case was offered to since it began to wait."""
    return {UUID(person) for entry in await _offers(session, case) for person in entry.body["to"]}


async def waits_since(session: AsyncSession, case: Case) -> datetime | None:
    """When it was first offered to anybody since it began to wait."""
    return next((entry.at for entry in await _offers(session, case) if entry.body["first"]), None)


async def _offers(session: AsyncSession, case: Case) -> list[Entry]:
    """The last first offer of a case and what followed it, newest first."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind == "offered").order_by(Entry.id.desc())
    found = []
    for entry in await session.scalars(query):
        found.append(entry)
        if entry.body["first"]:
            break
    return found


def suited(case: Case, people: Sequence[Colleague]) -> list[Colleague]:
    """Those of the case's lane, language and specialty; where nobody has all, the language counts most. What clinicians
    and researchers write is for their lane, without one for the head of office."""
    lane = case.lane or lane_of(case.topic)
    if lane == "clinicians":
        of_lane = [p for p in people if lane in p.listed.lanes]
        people = of_lane or _prefer(people, lambda p: p.listed.head)
    people = _prefer(people, lambda p: case.language in p.listed.languages)
    people = _prefer(people, lambda p: lane in p.listed.lanes)
    if case.specialty:
        people = _prefer(people, lambda p: bool({"any", case.specialty} & set(p.listed.specialties)))
    return list(people)


def _prefer(people: Sequence[Colleague], fits: Callable[[Colleague], bool]) -> Sequence[Colleague]:
    """Those who fit; all of them when nobody does."""
    return [person for person in people if fits(person)] or people


async def ranked(
    services: Services, session: AsyncSession, case: Case, people: Sequence[Colleague]
) -> list[Colleague]:
    """Those whom the case suits, best first: who was last with this patient, then who has the fewest cases. Who gave this
    very case back, or cannot be reached, comes last."""
    gave_back = await _gave_back(session, case)
    last = await _last_with_the_patient(services, session, case)
    held, on_offer = await _held(session), await _on_offer(session)

    def rank(person: Colleague) -> tuple[bool, bool, bool, int, int]:
        return (
            person.conversations[0].unreachable_at is not None,
            person.id in gave_back,
            person.id != last,
            held.get(person.id, 0),
            on_offer.get(person.id, 0),
        )

    return sorted(suited(case, people), key=rank)


async def _gave_back(session: AsyncSession, case: Case) -> set[UUID]:
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind.in_(cases.BACK_IN_THE_QUEUE))
    entries = await session.scalars(query)
    return {e.consultant_id for e in entries if e.consultant_id and e.body.get("why") != "patient"}


async def _last_with_the_patient(services: Services, session: AsyncSession, case: Case) -> UUID | None:
    query = select(Entry.consultant_id).join(Case, Case.id == Entry.case_id)
    query = query.where(
        Case.conversation_id.in_(await cases.chats_of(session, case)),
        Entry.kind.in_(WITH_THE_PATIENT),
        Entry.consultant_id.is_not(None),
        Entry.at > services.clock() - CONTINUITY,
    )
    return (await session.scalars(query.order_by(Entry.id.desc()).limit(1))).one_or_none()


async def _held(session: AsyncSession) -> dict[UUID, int]:
    """How many open cases each consultant holds."""
    query = select(Case.holder_id, func.count()).where(Case.holder_id.is_not(None), Case.closed_at.is_(None))
    return {
        holder: count for holder, count in await session.execute(query.group_by(Case.holder_id)) if holder
    }


async def _on_offer(session: AsyncSession) -> dict[UUID, int]:
    """Of how many waiting cases each consultant has a card: ten that come at once go to ten people."""
    query = (
        select(Conversation.consultant_id, func.count(Case.id.distinct()))
        .join(Send, Send.conversation_id == Conversation.id)
        .join(Case, Case.id == Send.case_id)
        .where(Send.purpose == CARD.name, Case.holder_id.is_(None), Case.closed_at.is_(None))
        .group_by(Conversation.consultant_id)
    )
    return {person: count for person, count in await session.execute(query) if person}


async def return_cases(services: Services, session: AsyncSession, consultant_id: UUID) -> None:
    """Everything that somebody holds goes back to the queue, because she is gone: offered again, and the patients told."""
    for held in await cases.held_by(session, consultant_id):
        case = await cases.locked(session, held.id)
        if case is None or case.closed_at or case.holder_id != consultant_id:
            continue
        await cases.release(services, session, case, "gone")
        case.notify_at = services.clock()
        key = await switches.worded(services, session, "handoff.returned")
        await tell_patient(services, session, case, Say(key, {"case": str(case.id)}))
