"""Taking a case: the first has it; the others' cards say so; the patient learns who is there."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster
from bot.desk.card import last_words
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, Say, compose
from bot.outbox.draft import ANNOUNCEMENT, CARD, NOTICE, PAGE, Draft
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Case, Conversation, Send

TAKEN = "desk.taken"


async def take_case(
    services: Services, session: AsyncSession, conversation: Conversation, me: Colleague, case: Case
) -> list[Say]:
    """Returns what the consultant is told: the patient's last words, or who was faster."""
    if not await cases.take(services, session, case, me.id):
        return [await _too_late(services, session, me, case)]
    await _withdraw_cards(services, session, conversation, me, case)
    await tell_patient(
        services, session, case, Say("handoff.taken", {"consultant": me.name, "case": str(case.id)})
    )
    patient = await session.get_one(Conversation, case.conversation_id)
    values = {
        "case": str(case.id),
        "name": patient.name or "–",
        "phone": patient.phone or "–",
        "messages": await last_words(services, session, case, me.language),
    }
    offers = [Offer(order, {"do": order, "case": case.id}) for order in ("close", "release")]
    return [Say(TAKEN, values, options=offers)]


async def _too_late(services: Services, session: AsyncSession, me: Colleague, case: Case) -> Say:
    if case.holder_id == me.id:
        return Say("desk.yours_already", {"case": str(case.id)})
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is None:
        return Say("desk.already_closed", {"case": str(case.id)})
    return Say("desk.already_taken", {"case": str(case.id), "consultant": holder.name})


async def _withdraw_cards(
    services: Services, session: AsyncSession, conversation: Conversation, me: Colleague, case: Case
) -> None:
    """Cards not yet sent are dropped; those sent are edited where the channel can (her own too: its button is spent)."""
    unsent = update(Send).where(Send.case_id == case.id, Send.purpose == CARD.name, Send.state == "pending")
    await session.execute(unsent.values(state="cancelled"))
    sent = select(Send, Conversation).join(Conversation, Conversation.id == Send.conversation_id)
    sent = sent.where(
        Send.case_id == case.id, Send.purpose.in_((CARD.name, PAGE.name)), Send.provider_id.is_not(None)
    )
    for card, chat in (await session.execute(sent)).all():
        if not services.limits(chat.channel).can_edit or card.body.get("replaces"):
            continue
        own = chat.consultant_id == me.id
        key = "desk.card.yours" if own else "desk.card.taken"
        values = {"case": str(case.id), "consultant": me.name}
        text = services.texts.render(key, chat.language or "es", values, services.office, services.real).text
        draft = Draft(text=f"{card.body.get('text', '')}\n\n{text}", replaces=card.id)
        await enqueue(services, session, chat, draft, NOTICE)


async def tell_patient(services: Services, session: AsyncSession, case: Case, say: Say) -> None:
    """One text to the patient about the state of the case."""
    patient = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    language = patient.language or case.language
    draft = await compose(services, session, patient, [say], language)
    because = why(services, Cause("desk"), [say.key], language)
    await enqueue(services, session, patient, draft, ANNOUNCEMENT, case_id=case.id, why=because)
