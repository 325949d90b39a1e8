"""The people of the office: who they are, how they are reached, whom a case goes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.office import Consultant as Listed
from bot.office.people import Reachable
from bot.services import Services
from bot.store.contacts import meet
from bot.store.encrypted import keyring
from bot.store.tables import Case, Consultant, Conversation

# Telegram first: its cards can be edited and it has no 24-hour window.
PREFERRED = (ChannelName.TELEGRAM, ChannelName.WHATSAPP)
HEAD_OF_OFFICE_TOPICS = ("collaborate",)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A consultant with the conversations by which she is reached, preferred channel first."""

    id: UUID
    listed: Listed
    conversations: tuple[Conversation, ...]

    @property
    def name(self) -> str:
        return self.listed.name

    @property
    def language(self) -> str:
        return self.listed.languages[0]


async def sync(services: Services) -> None:
    """Bring the consultants and the operator of office.yml into the database; who is no longer listed loses access."""
    async with services.database.session() as session:
        await session.execute(update(Consultant).values(listed=False))
        await session.execute(
            update(Conversation).where(Conversation.hears_alarms).values(hears_alarms=False)
        )
        for listed in services.office.consultants:
            row = await _row_of(services, session, listed)
            for channel, address in _addresses(services, listed):
                conversation = await meet(session, services.clock, channel, address)
                conversation.role, conversation.consultant_id = "consultant", row.id
                conversation.language, conversation.language_wished = listed.languages[0], True
        for channel, address in _addresses(services, services.office.operator):
            conversation = await meet(session, services.clock, channel, address)
            conversation.hears_alarms = True
            if conversation.consultant_id is None:
                conversation.role, conversation.language = "operator", services.office.operator.language
        await _dismiss_unlisted(session)


async def _row_of(services: Services, session: AsyncSession, listed: Listed) -> Consultant:
    fingerprint = keyring.blind(f"consultant:{listed.name}")
    row = (await session.scalars(select(Consultant).filter_by(fingerprint=fingerprint))).one_or_none()
    if row is None:
        row = Consultant(fingerprint=fingerprint, profile={"name": listed.name}, created_at=services.clock())
        session.add(row)
    row.listed = True
    await session.flush()
    return row


def _addresses(services: Services, person: Reachable) -> Iterable[tuple[str, str]]:
    for channel in PREFERRED:
        address = person.address(channel, services.real)
        if address and channel in services.channels:
            yield channel, address


async def _dismiss_unlisted(session: AsyncSession) -> None:
    gone = select(Consultant.id).where(Consultant.listed.is_(False))
    await session.execute(
        update(Conversation)
        .where(Conversation.consultant_id.in_(gone))
        .values(role="patient", consultant_id=None)
    )
    await session.execute(
        update(Case)
        .where(Case.holder_id.in_(gone), Case.closed_at.is_(None))
        .values(holder_id=None, taken_at=None)
    )


async def colleagues(
    services: Services, session: AsyncSession, ids: Sequence[UUID] | None = None
) -> list[Colleague]:
    """All consultants that can be reached (or those of `ids`), in the order of office.yml."""
    query = select(Consultant).where(Consultant.listed)
    rows = {
        row.profile["name"]: row for row in (await session.scalars(query)) if ids is None or row.id in ids
    }
    found = await session.scalars(select(Conversation).where(Conversation.role == "consultant"))
    by_consultant: dict[UUID, list[Conversation]] = {}
    for conversation in found:
        if conversation.consultant_id:
            by_consultant.setdefault(conversation.consultant_id, []).append(conversation)
    return [
        Colleague(row.id, listed, _in_order(by_consultant.get(row.id, [])))
        for listed in services.office.consultants
        if (row := rows.get(listed.name)) and by_consultant.get(row.id)
    ]


async def colleague(services: Services, session: AsyncSession, consultant_id: UUID) -> Colleague | None:
    return next(iter(await colleagues(services, session, [consultant_id])), None)


def _in_order(conversations: list[Conversation]) -> tuple[Conversation, ...]:
    """Channels where she can be reached now come first."""
    rank = {channel.value: position for position, channel in enumerate(PREFERRED)}
    return tuple(sorted(conversations, key=lambda c: (c.unreachable_at is not None, rank[c.channel])))


async def on_duty(services: Services, session: AsyncSession) -> list[Colleague]:
    names = {listed.name for listed in services.office.on_duty(services.clock())}
    return [person for person in await colleagues(services, session) if person.name in names]


async def to_page(services: Services, session: AsyncSession) -> list[Colleague]:
    """Whom an emergency pages: who is on duty, else who is on call."""
    names = {listed.name for listed in services.office.paged(services.clock())}
    return [person for person in await colleagues(services, session) if person.name in names]


def suited(case: Case, people: Sequence[Colleague]) -> list[Colleague]:
    """Those of the case's language and specialty (or the head of office for collaborations), else all of them."""
    if case.topic in HEAD_OF_OFFICE_TOPICS and (heads := [p for p in people if p.listed.head]):
        return heads
    speakers = [p for p in people if case.language in p.listed.languages]
    experts = (
        [p for p in speakers if {"any", case.specialty} & set(p.listed.specialties)]
        if case.specialty
        else speakers
    )
    return experts or speakers or list(people)
