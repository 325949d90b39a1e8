"""A word about a case to somebody who is not the one writing: the patient, a relative, the holder.

Not by `compose`: what they were asked last, they may still answer, and their chat stays unlocked (bot/desk/tell.py). Nothing
is said in a chat that is quiet after danger or a death.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import roster
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say, put_on_offer
from bot.family import contacts
from bot.outbox.draft import ANNOUNCEMENT, Draft
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Case, Conversation


async def tell_contact(
    services: Services, session: AsyncSession, case: Case, chat: Conversation, say: Say
) -> None:
    if chat.quiet_since or chat.opted_out_at or chat.erasing_at or case.reason == "death":
        return
    language = chat.language or case.language
    text = services.texts.render(say.key, language, say.values, services.office, services.real).text
    offers = [option for option in say.options or () if isinstance(option, Offer)]
    options = await put_on_offer(services, session, chat, offers, language)
    because = why(services, Cause("desk"), [say.key], language)
    draft = Draft(text=text, options=options)
    await enqueue(services, session, chat, draft, ANNOUNCEMENT, case_id=case.id, why=because)


async def tell_patient(services: Services, session: AsyncSession, case: Case, say: Say) -> None:
    patient = await session.get_one(Conversation, case.conversation_id)
    await tell_contact(services, session, case, patient, say)


async def tell_relatives(services: Services, session: AsyncSession, case: Case, say: Say) -> None:
    for one in await contacts.relatives(session, case):
        await tell_contact(services, session, case, one.chat, say)


async def tell_holder(services: Services, session: AsyncSession, case: Case, say: Say) -> None:
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder:
        await tell(services, session, holder, [say], case_id=case.id)
