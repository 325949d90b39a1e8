"""`confirmar 104`: she has made sure that the same person still writes; the assistant may show what is theirs again."""

from collections.abc import Sequence

from bot.desk.cases import append
from bot.desk.claim import tell_patient
from bot.desk.desk import Desk, Order
from bot.dialogue.say import Say
from bot.privacy import identity
from bot.store.tables import Conversation


async def confirm(desk: Desk, order: Order) -> Sequence[Say] | None:
    """Alone, with nothing in doubt, the word is one for a patient."""
    mine = await desk.held()
    patients = {case.id: await desk.session.get_one(Conversation, case.conversation_id) for case in mine}
    doubted = [case for case in mine if patients[case.id].doubted_at]
    if not order.number and not doubted:
        return None
    case = await desk.meant(order, doubted)
    if isinstance(case, list):
        return case
    case = await desk.my_case(case.id)
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    values = {"case": str(case.id)}
    if patient.doubted_at is None:
        return [Say("desk.doubt.none", values)]
    identity.confirm(patient)
    await append(desk.services, desk.session, case, "identified", desk.me.id)
    await tell_patient(desk.services, desk.session, case, Say("privacy.confirmed"))
    return [Say("desk.doubt.confirmed", values)]
