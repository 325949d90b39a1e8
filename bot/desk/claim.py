"""Taking a case: the first has it; the others' cards say so; the patient learns who is there."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.wording import card_lines
from bot.desk import callbacks, cases
from bot.desk.card import doubt_line, refresh, window_line, wish_line
from bot.desk.clocks import both_clocks
from bot.desk.lately import last_words
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, Say, compose
from bot.family.card import names_line
from bot.family.telling import tell_relatives
from bot.journeys.card import block
from bot.outbox.draft import ANNOUNCEMENT, PAGE
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Case, Conversation, Send

TAKEN = "desk.taken"


async def take_case(
    services: Services, session: AsyncSession, conversation: Conversation, me: Colleague, case: Case
) -> list[Say]:
    """Returns what the consultant is told: the patient's last words. The case is locked, open, and no other's."""
    if not await cases.take(services, session, case, me.id):
        return [Say("desk.yours_already", {"case": str(case.id)})]
    await _withdraw_cards(services, session, case)
    values = {"consultant": me.name, "case": str(case.id)}
    await tell_patient(services, session, case, Say("handoff.taken", values))
    await tell_relatives(services, session, case, Say("family.told.taken", values))
    return [await in_hand(services, session, me, case)]


async def in_hand(
    services: Services, session: AsyncSession, me: Colleague, case: Case, key: str = TAKEN, **more: str
) -> Say:
    """What a new holder is shown, however the case came to her: who the patient is, and the last words."""
    patient = await session.get_one(Conversation, case.conversation_id)
    values = {
        "case": str(case.id),
        "name": patient.name or "–",
        "phone": patient.phone or "–",
        **both_clocks(services, services.clock(), me.language),
        "wish": await wish_line(services, session, case, me.language),
        **more,
    }
    values["messages"] = await _told(services, session, me, case, patient)
    offers = [Offer(order, {"do": order, "case": case.id}) for order in ("write", "close", "release")]
    return Say(key, values, options=offers)


async def _told(
    services: Services, session: AsyncSession, me: Colleague, case: Case, patient: Conversation
) -> str:
    """All that is known: the request, the next visit, the last words, and what to mind when writing."""
    request = await block(services, session, case, me.language)
    told = [*request]
    if visits := await card_lines(services, session, await cases.chats_of(session, case), me.language):
        told += [*visits, ""]
    words = await last_words(services, session, case, me.language, above="\n".join(request))
    below = callbacks.line(services, case, me.language, number=True)
    below += doubt_line(services, case, patient, me.language)
    below += window_line(services, patient, me.language)
    below += await names_line(services, session, case, me.language)
    if words:
        heading = services.texts.render("desk.words", me.language, {}, services.office, services.real).text
        told += [heading, words]
    return "\n".join([*told, *(["", *below] if below else [])])


async def _withdraw_cards(services: Services, session: AsyncSession, case: Case) -> None:
    """Cards and pages not yet sent are dropped; those sent say who has it (her own too: its button is spent)."""
    unsent = update(Send).where(Send.case_id == case.id, Send.purpose == PAGE.name, Send.state == "pending")
    await session.execute(unsent.values(state="cancelled"))
    await refresh(services, session, case)


async def tell_patient(services: Services, session: AsyncSession, case: Case, *says: Say) -> None:
    """One bubble to the patient about the state of the case."""
    patient = await session.get_one(Conversation, case.conversation_id, with_for_update={"key_share": True})
    language = patient.language or case.language
    draft = await compose(services, session, patient, says, language)
    because = why(services, Cause("desk"), [say.key for say in says], language)
    await enqueue(services, session, patient, draft, ANNOUNCEMENT, case_id=case.id, why=because)
