"""How somebody joins a case: opens the invitation, tells who she is to the patient and by what right, agrees for herself.

Only then is she in the case, and the patient and the holder are told, with a button that removes her. What she has told so
far is on her row; the next step is the first thing that is missing.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster
from bot.desk.card import refresh
from bot.dialogue.say import Offer, Say
from bot.family import contacts
from bot.family.inviting import fingerprint
from bot.family.telling import tell_holder, tell_patient
from bot.privacy import consent
from bot.services import Services
from bot.store.tables import Case, CaseInvitation, ContactOfCase, Conversation

OFFERED = ("daughter", "son", "wife", "husband", "mother", "father", "sister", "brother", "friend")
AUTHORITIES = ("asked", "parent", "guardian")
LONGEST_TITLE = 20  # characters of a row (WhatsApp)


async def find(session: AsyncSession, secret: str) -> CaseInvitation | None:
    """The invitation of this word or token, good or not."""
    return await session.get(CaseInvitation, fingerprint(secret))


async def open_(
    services: Services, session: AsyncSession, conversation: Conversation, secret: str
) -> Sequence[Say]:
    """Somebody opened an invitation: the first has it, and is asked who she is. In the transaction that holds the lock of her
    conversation."""
    forms = await _locked(session, secret)
    if not forms:
        return [Say("family.link.over")]
    invitation, now = forms[0], services.clock()
    case = await session.get_one(Case, invitation.case_id)
    conversation.language = conversation.language or case.language  # a code tells none
    row = await _row(session, case, conversation)
    if invitation.used_by_id == conversation.id and row and not row.revoked_at:
        return await next_step(services, session, row, conversation)
    if invitation.used_at or invitation.expires_at <= now or case.closed_at:
        return [Say("family.link.over")]
    if refusal := await _no_need(session, case, row, conversation):
        return [refusal]
    for form in forms:
        form.used_at, form.used_by_id = now, conversation.id
    row = await _enrolled(services, session, invitation, conversation)
    return await next_step(services, session, row, conversation)


async def _locked(session: AsyncSession, secret: str) -> Sequence[CaseInvitation]:
    """Both forms of the invitation: who comes second by the other one waits here, and then finds it used."""
    one = await find(session, secret)
    if one is None:
        return ()
    both = select(CaseInvitation).where(
        CaseInvitation.case_id == one.case_id, CaseInvitation.created_at == one.created_at
    )
    both = both.order_by(CaseInvitation.fingerprint).with_for_update()
    return (await session.scalars(both.execution_options(populate_existing=True))).all()


async def _row(session: AsyncSession, case: Case, conversation: Conversation) -> ContactOfCase | None:
    query = select(ContactOfCase).where(
        ContactOfCase.case_id == case.id, ContactOfCase.conversation_id == conversation.id
    )
    return (await session.scalars(query)).one_or_none()


async def _no_need(
    session: AsyncSession, case: Case, row: ContactOfCase | None, conversation: Conversation
) -> Say | None:
    """Why the invitation is not for this chat; it stays good for another."""
    values = {"case": str(case.id)}
    if conversation.id in await cases.chats_of(session, case):
        return Say("family.link.own", values)
    if row and row.joined_at and not row.revoked_at:
        return Say("family.link.already", values)
    elsewhere = await contacts.accompanied(session, conversation.id)
    return Say("family.link.elsewhere", {"case": str(elsewhere.id)}) if elsewhere else None


async def _enrolled(
    services: Services, session: AsyncSession, invitation: CaseInvitation, conversation: Conversation
) -> ContactOfCase:
    """Her row, also when she was in the case before and was removed: everything is asked anew."""
    told = {
        "relation": "",
        "authority": "",
        "invited_by_id": invitation.invited_by_id,
        "consultant_id": invitation.consultant_id,
        "asked_at": services.clock(),
        "joined_at": None,
        "revoked_at": None,
    }
    row = {"case_id": invitation.case_id, "conversation_id": conversation.id, **told}
    kept = insert(ContactOfCase).values(**row)
    kept = kept.on_conflict_do_update(constraint="contacts_once", set_=told)
    found = await session.scalars(
        kept.returning(ContactOfCase), execution_options={"populate_existing": True}
    )
    return found.one()


async def next_step(
    services: Services, session: AsyncSession, row: ContactOfCase, conversation: Conversation
) -> Sequence[Say]:
    """Ask for what is missing; when nothing is, she is in."""
    if row.joined_at:
        return [Say("family.link.already", {"case": str(row.case_id)})]
    if not row.relation:
        return [Say("family.who", options=_relations(services, row, conversation), asks=True)]
    if not row.authority:
        offers = [_offer(f"authority_{name}", "authority", row, name) for name in AUTHORITIES]
        return [Say("family.authority", options=offers, asks=True)]
    if not await consent.given(session, conversation.id):
        agree = [_offer("consent", "agree", row), _offer("no_consent", "disagree", row)]
        return [Say(consent.ASKED, options=[*agree, "talk_to_human"], asks=True)]
    return await _enter(services, session, row, conversation)


def _offer(name: str, step: str, row: ContactOfCase, value: str = "", title: str = "") -> Offer:
    return Offer(name, {"family": step, "row": row.id, "value": value}, title)


def _relations(services: Services, row: ContactOfCase, conversation: Conversation) -> list[Offer]:
    language = conversation.language or "es"

    def title(relation: str) -> str:
        return services.entities.shown("relative", relation, language).capitalize()[:LONGEST_TITLE]

    known = [_offer("relation", "relation", row, relation, title(relation)) for relation in OFFERED]
    return [*known, _offer("relation_other", "relation", row, contacts.OTHER)]


async def _enter(
    services: Services, session: AsyncSession, row: ContactOfCase, conversation: Conversation
) -> Sequence[Say]:
    """She is in the case: it is an entry, and those whom it concerns are told."""
    case = await session.get_one(
        Case, row.case_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if case.closed_at:
        return [Say("family.link.over")]
    row.joined_at = services.clock()
    await session.flush()
    await cases.append(services, session, case, "contact_joined", contact=row.id)
    await _tell(services, session, case, row, conversation)
    await refresh(services, session, case)
    own = await cases.open_case_of(session, conversation.id)
    aside = [Say("family.inside.own_case", {"case": str(own.id)})] if own else []
    return [await _inside(services, session, case, row), *aside]


async def _tell(
    services: Services, session: AsyncSession, case: Case, row: ContactOfCase, conversation: Conversation
) -> None:
    patient = await session.get_one(Conversation, case.conversation_id)
    who = await contacts.label(services, session, case, conversation, patient.language or case.language)
    remove = Offer("remove_contact", {"family": "remove", "row": row.id})
    told = {"case": str(case.id), "name": who or "–"}
    await tell_patient(services, session, case, Say("family.told.joined", told, options=[remove]))
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder:
        line = await in_words(services, session, case, row, conversation, holder.language)
        remove = Offer("remove_contact", {"do": "remove_contact", "case": case.id, "row": row.id})
        say = Say("desk.family.joined", {"case": str(case.id), "line": line}, options=[remove])
        await tell_holder(services, session, case, say)


async def in_words(
    services: Services,
    session: AsyncSession,
    case: Case,
    row: ContactOfCase,
    conversation: Conversation,
    language: str,
) -> str:
    """`Marta (hija): dice que el paciente se lo pidió`: for a consultant, who judges what is only declared."""
    name = await contacts.label(services, session, case, conversation, language) or "–"
    if not row.authority:
        return name
    return f"{name}: {services.texts.word('authority', row.authority, language)}"


async def _inside(services: Services, session: AsyncSession, case: Case, row: ContactOfCase) -> Say:
    """What she can do from here on."""
    options: list[str | Offer] = ["case_status", Offer("leave_case", {"family": "leave", "row": row.id})]
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is None:
        return Say("family.inside.waiting", {"case": str(case.id)}, options=options)
    values = {"case": str(case.id), "consultant": holder.name}
    return Say("family.inside.held", values, options=options)
