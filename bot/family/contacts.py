"""Who is in a case besides its patient's own chats. A relative is another person (docs/adr/0022): she has her own chat, sees
nothing of anybody else's, and the case never moves to her."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from bot.store.tables import Case, CaseInvitation, ContactOfCase, Conversation, Record

SELF = "self"  # the first sender is the patient
PHYSICIAN = "physician"  # … treats the patient
FOR = "for:"  # … writes for this relative of hers: she said who the patient is to her, not what she is to the patient
OTHER = "other"
LONGEST_RELATION = 24  # characters of a relation in somebody's own words


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody who has joined a case, and the chat in which she writes."""

    row: ContactOfCase
    chat: Conversation


async def record(
    services: Services,
    session: AsyncSession,
    case: Case,
    conversation: Conversation,
    *,
    relation: str,
    authority: str = "",
) -> None:
    """Keep who the first sender of a case is: `relation` is "self" for the patient, "physician", "for:mother", or a key of
    data/entities/relatives.yml or words; `authority`: asked, parent, guardian, or ""."""
    now = services.clock()
    told = {"relation": relation[:LONGEST_RELATION], "authority": authority}
    row = {"case_id": case.id, "conversation_id": conversation.id, "first": True, "asked_at": now}
    kept = insert(ContactOfCase).values(**row, **told, joined_at=now)
    await session.execute(kept.on_conflict_do_update(constraint="contacts_once", set_=told))


def _ever_joined() -> Select[ContactOfCase, Conversation]:
    query = select(ContactOfCase, Conversation).join(
        Conversation, Conversation.id == ContactOfCase.conversation_id
    )
    return query.where(ContactOfCase.joined_at.is_not(None), ContactOfCase.first.is_(False))


def _joined() -> Select[ContactOfCase, Conversation]:
    return _ever_joined().where(ContactOfCase.revoked_at.is_(None))


async def ever(session: AsyncSession, case: Case) -> dict[UUID, Conversation]:
    """The chats of all who have joined, also of those who are out again: what they wrote then is part of the case."""
    query = _ever_joined().where(ContactOfCase.case_id == case.id)
    return {chat.id: chat for _, chat in await session.execute(query)}


async def relatives(session: AsyncSession, case: Case) -> list[Relative]:
    """Who has joined and was not removed, first come first."""
    query = _joined().where(ContactOfCase.case_id == case.id).order_by(ContactOfCase.id)
    return [Relative(row, chat) for row, chat in await session.execute(query)]


async def relative(session: AsyncSession, case: Case, conversation_id: UUID) -> Relative | None:
    return next((one for one in await relatives(session, case) if one.chat.id == conversation_id), None)


async def accompanied(session: AsyncSession, conversation_id: UUID) -> Case | None:
    """The open case of somebody else that this person is in, locked. Nothing of a person who is blocked is passed on."""
    rows = _joined().with_only_columns(ContactOfCase.case_id).where(Conversation.blocked_at.is_(None))
    rows = rows.where(Conversation.id == conversation_id)
    query = select(Case).where(Case.id.in_(rows), Case.closed_at.is_(None)).order_by(Case.id.desc()).limit(1)
    return (await session.scalars(query.with_for_update(key_share=True))).one_or_none()


async def joined_cases(session: AsyncSession, conversation_id: UUID) -> Sequence[Case]:
    """Every case of somebody else that this person is in, open ones first, then as they were closed last."""
    rows = _joined().with_only_columns(ContactOfCase.case_id).where(Conversation.id == conversation_id)
    query = select(Case).where(Case.id.in_(rows))
    return (await session.scalars(query.order_by(Case.closed_at.desc().nulls_first(), Case.id.desc()))).all()


async def label(
    services: Services, session: AsyncSession, case: Case, conversation: Conversation, language: str
) -> str:
    """`Marta (hija)`: who wrote, for a consultant; the name alone where no relation is known."""
    query = select(ContactOfCase.relation).where(
        ContactOfCase.case_id == case.id, ContactOfCase.conversation_id == conversation.id
    )
    relation = (await session.scalars(query)).one_or_none() or ""
    name = plain_name(conversation)
    shown = relation_in_words(services, relation, language)
    if not shown:
        return name
    return f"{name} ({shown})" if name else shown


def relation_in_words(services: Services, relation: str, language: str) -> str:
    """What stands beside a name. Nothing for the patient: so do names without a word."""
    if relation in ("", OTHER, SELF):
        return ""
    if relation in (FOR, PHYSICIAN):
        return services.texts.word("relation", relation.rstrip(":"), language)
    shown = services.entities.shown("relative", relation.removeprefix(FOR), language)
    patient = services.texts.word("relation", SELF, language)
    return f"{patient}: {shown}" if relation.startswith(FOR) else shown


def plain_name(person: Conversation) -> str:
    """Her name where it stands beside a case number: without the signs that would make another case of it."""
    return " ".join((person.name or "").translate(dict.fromkeys(map(ord, "#·"), " ")).split())


async def follow_merge(session: AsyncSession, kept: Case, ended: Case, chats: set[UUID]) -> None:
    """Two cases of one person became one (bot/desk/merging.py): whoever was in either is in the one that stays. That person
    herself, in whichever of her chats, is no relative."""
    await session.flush()
    query = select(ContactOfCase).where(ContactOfCase.case_id.in_((kept.id, ended.id)))
    rows = (await session.scalars(query.order_by(ContactOfCase.id))).all()
    known = {row.conversation_id for row in rows if row.case_id == kept.id}
    for row in rows:
        row.first = row.first or row.conversation_id in chats
        if row.conversation_id not in known:
            row.case_id = kept.id
    invitations = update(CaseInvitation).where(CaseInvitation.case_id == ended.id)
    await session.execute(invitations.values(case_id=kept.id))
    records = update(Record).where(Record.case_id == ended.id)
    await session.execute(records.values(case_id=kept.id))
