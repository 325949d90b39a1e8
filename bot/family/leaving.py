"""Somebody leaves a case: removed by the patient or a consultant, or by her own word. At once: what was on its way to her is
not sent, and from the same moment nothing of the case is said to her."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, held
from bot.desk.card import refresh
from bot.dialogue.say import Say
from bot.family import contacts
from bot.family.telling import tell_contact, tell_holder, tell_patient
from bot.services import Services
from bot.store.tables import Case, ContactOfCase, Conversation


async def end(
    services: Services,
    session: AsyncSession,
    case: Case,
    row: ContactOfCase,
    *,
    by_herself: bool = False,
    who: UUID | None = None,
) -> str:
    """Take her out of the case. `who`: the consultant who does. Returns her name, for whoever did it; the others are told:
    she herself without saying by whom."""
    chat = await session.get_one(Conversation, row.conversation_id)
    language = chat.language or case.language
    name = await contacts.label(services, session, case, chat, language) or "–"
    row.revoked_at = services.clock()
    await session.flush()
    await held.withdraw_from(services, session, case, chat.id)
    await cases.append(services, session, case, "contact_left", who, contact=row.id)
    values = {"case": str(case.id), "name": name}
    if not by_herself:
        await tell_contact(services, session, case, chat, Say("family.told.removed", values))
    if who or by_herself:
        await tell_patient(services, session, case, Say("family.told.left", values))
    if not who:
        await tell_holder(services, session, case, Say("desk.family.left", values))
    await refresh(services, session, case)
    return name


async def end_hers(services: Services, session: AsyncSession, case: Case, chat: Conversation) -> None:
    """She leaves without a word of her own, and nothing is said in her chat: it is about to be erased, or somebody else may
    be writing there."""
    if (one := await contacts.relative(session, case, chat.id)) is not None:
        await end(services, session, case, one.row, by_herself=True)
