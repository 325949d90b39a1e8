"""The people of the office: who they are, how they are reached, who is on duty now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.desk import switches
from bot.office import Consultant as Listed
from bot.office import Invited
from bot.office.people import Reachable
from bot.services import Services
from bot.store.contacts import meet
from bot.store.encrypted import keyring
from bot.store.tables import Consultant, Conversation

# Telegram first: its cards can be edited and it has no 24-hour window.
PREFERRED = (ChannelName.TELEGRAM, ChannelName.WHATSAPP)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A consultant with the conversations by which she is reached, preferred channel first."""

    id: UUID
    listed: Listed
    conversations: tuple[Conversation, ...]
    paused: bool = False  # absent by her own word
    paused_until: datetime | None = None  # until she says so when None

    @property
    def name(self) -> str:
        return self.listed.name

    @property
    def language(self) -> str:
        return self.listed.languages[0]


async def sync(services: Services) -> None:
    """Bring the consultants and the operator of office.yml into the database. Who is no longer listed has no access from
    here on (`leaving.py` clears up behind her); who was invited stays as she is."""
    async with services.database.session() as session:
        await session.execute(update(Consultant).where(Consultant.invited.is_(False)).values(listed=False))
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


async def chats_of_the_office(services: Services, session: AsyncSession) -> list[Conversation]:
    """The conversations at the addresses that office.yml gives for its consultants."""
    return [
        await meet(session, services.clock, channel, address)
        for listed in services.office.consultants
        for channel, address in _addresses(services, listed)
    ]


async def _row_of(services: Services, session: AsyncSession, listed: Listed) -> Consultant:
    """Hers, made when she is new. Who was invited before the file named her is of the file from now on."""
    fingerprint = keyring.blind(f"consultant:{listed.name}")
    row = (await session.scalars(select(Consultant).filter_by(fingerprint=fingerprint))).one_or_none()
    if row is None:
        row = Consultant(fingerprint=fingerprint, profile={"name": listed.name}, created_at=services.clock())
        session.add(row)
    row.listed, row.invited = True, False
    await session.flush()
    return row


def _addresses(services: Services, person: Reachable) -> Iterable[tuple[str, str]]:
    for channel in PREFERRED:
        address = person.address(channel, services.real)
        if address and channel in services.channels:
            yield channel, address


async def colleagues(
    services: Services, session: AsyncSession, ids: Sequence[UUID] | None = None
) -> list[Colleague]:
    """All consultants that can be reached (or those of `ids`): in the order of office.yml, then who was invited."""
    query = select(Consultant).where(Consultant.listed).order_by(Consultant.created_at, Consultant.id)
    theirs = select(Conversation).where(
        Conversation.consultant_id.is_not(None), Conversation.role == "consultant"
    )
    if ids is not None:
        query, theirs = query.where(Consultant.id.in_(ids)), theirs.where(Conversation.consultant_id.in_(ids))
    rows = (await session.scalars(query)).all()
    chats: dict[UUID, list[Conversation]] = {}
    for conversation in await session.scalars(theirs):
        if conversation.consultant_id:
            chats.setdefault(conversation.consultant_id, []).append(conversation)
    return [
        Colleague(row.id, listed, _in_order(chats[row.id]), row.paused_at is not None, row.paused_until)
        for row, listed in _in_office_order(services, rows)
        if row.id in chats
    ]


def _in_office_order(services: Services, rows: Sequence[Consultant]) -> list[tuple[Consultant, Listed]]:
    """Each row with what is known of her, the people of office.yml first and as it lists them."""
    by_name = {row.profile["name"]: row for row in rows if not row.invited}
    listed = [(by_name[one.name], one) for one in services.office.consultants if one.name in by_name]
    return [*listed, *((row, Invited.model_validate(row.profile)) for row in rows if row.invited)]


async def colleague(services: Services, session: AsyncSession, consultant_id: UUID) -> Colleague | None:
    return next(iter(await colleagues(services, session, [consultant_id])), None)


def _in_order(conversations: list[Conversation]) -> tuple[Conversation, ...]:
    """Channels where she can be reached now come first."""
    rank = {channel.value: position for position, channel in enumerate(PREFERRED)}
    return tuple(sorted(conversations, key=lambda c: (c.unreachable_at is not None, rank[c.channel])))


async def is_open(services: Services, session: AsyncSession) -> bool:
    """By the office's hours and holidays, unless the head of office has closed it for today."""
    closed = await switches.is_set(services, session, switches.CLOSED)
    return not closed and services.office.is_open(services.clock())


async def on_duty(services: Services, session: AsyncSession) -> list[Colleague]:
    """Who works now: within their hours, and not absent by their own word."""
    people = await colleagues(services, session)
    return [person for person in await _within_hours(services, session, people) if not person.paused]


async def _within_hours(
    services: Services, session: AsyncSession, people: Sequence[Colleague]
) -> list[Colleague]:
    """Their own hours hold also when the office is closed (DESIGN, section 5)."""
    opened = await is_open(services, session)
    now, office = services.clock(), services.office
    return [p for p in people if (p.listed.on_duty(now, office) if p.listed.hours else opened)]


async def to_page(services: Services, session: AsyncSession) -> list[Colleague]:
    """Whom an emergency pages: who is on duty, else who is on call. Who is absent only when there is nobody else."""
    people = await colleagues(services, session)
    within = await _within_hours(services, session, people)
    on_call = [person for person in people if person.name in services.office.on_call]
    present = [[person for person in group if not person.paused] for group in (within, on_call)]
    return next((group for group in (*present, on_call, within) if group), [])


async def next_duty(services: Services, session: AsyncSession) -> datetime | None:
    """When somebody is on duty again, or now; None when nobody will be within a year, or nobody has said until when."""
    now, opening = services.clock(), await switches.next_opening(services, session)
    starts = []
    for person in await colleagues(services, session):
        if person.paused and person.paused_until is None:
            continue
        back = max(person.paused_until or now, now)
        begins = back if person.listed.hours else max(back, opening) if opening else None
        starts.append(person.listed.next_duty(begins, services.office) if begins else None)
    return min((start for start in starts if start), default=None)
