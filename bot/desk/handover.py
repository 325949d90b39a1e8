"""A case from one holder to another, at once: never held by two, never by nobody in between."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, focus, held, roster
from bot.desk.card import refresh
from bot.desk.claim import in_hand, tell_patient
from bot.desk.roster import Colleague
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say
from bot.family.telling import tell_relatives
from bot.outbox.draft import FORWARD
from bot.services import Services
from bot.store.tables import Case, Send

NO_NOTE = "–"


async def relieve(services: Services, session: AsyncSession, me: Colleague, case: Case) -> Say:
    """I become the holder in place of another, who is told. Returns what I am shown. The case is locked."""
    former = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    await cases.hand_over(services, session, case, me.id, "taken_over", me.id)
    case.page_all_at = None
    unsent = (Send.case_id == case.id) & (Send.state == "pending") & (Send.due_at > services.clock())
    await held.withdraw(services, session, unsent, "relieved")  # a line of hers that waits its five seconds
    if former:
        say = Say("desk.holding.relieved", {"case": str(case.id), "consultant": me.name})
        await tell(services, session, former, [say], former.conversations[0], case_id=case.id)
    await refresh(services, session, case)
    await tell_patient(services, session, case, _news("handoff.taken_over", me, case))
    await tell_relatives(services, session, case, _news("family.told.taken", me, case))
    return await in_hand(services, session, me, case)


async def transfer(
    services: Services, session: AsyncSession, me: Colleague, case: Case, to: Colleague, note: str
) -> None:
    """Somebody else becomes the holder in my place, with my note. The case is locked.

    What she is told travels like a patient's words: behind her closed window it waits while a template calls her, and when
    she cannot be reached at all the case goes back to the queue.
    """
    await cases.hand_over(services, session, case, to.id, "transferred", me.id, to=str(to.id), note=note)
    shown = await in_hand(
        services, session, to, case, "desk.transfer.received", sender=me.name, note=note or NO_NOTE
    )
    back = Offer("give_back", {"do": "give_back", "case": case.id, "to": str(me.id)})
    say = Say(shown.key, shown.values, options=[back, *(shown.options or ())][:3])
    chat = to.conversations[0]
    await focus.spent(services, session, chat, case)  # a patient's words appear there
    await tell(services, session, to, [say], chat, case_id=case.id, purpose=FORWARD)
    await refresh(services, session, case)
    await tell_patient(services, session, case, _news("handoff.transferred", to, case))
    await tell_relatives(services, session, case, _news("family.told.taken", to, case))


def _news(key: str, holder: Colleague, case: Case) -> Say:
    return Say(key, {"consultant": holder.name, "case": str(case.id)})
