"""Who opened a case, as told in the request (bot/journeys): the patient, somebody of the family, or the patient's physician."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.family import contacts
from bot.journeys.drafts import told
from bot.services import Services
from bot.store.tables import Case, Conversation, IntakeDraft


async def from_request(services: Services, session: AsyncSession, case: Case, draft: IntakeDraft) -> None:
    """Keep what was told, and what was corrected since; nothing of what may not be passed on yet."""
    if relation := _relation(draft):
        conversation = await session.get_one(Conversation, draft.conversation_id)
        await contacts.record(services, session, case, conversation, relation=relation)


def _relation(draft: IntakeDraft) -> str:
    """The request asks who the patient is to the writer: her mother is not what she herself is to her mother."""
    answers = told(draft)
    who = answers.get("who", {}).get("value")
    if who == "self":
        return contacts.SELF
    if who == "physician":
        return contacts.PHYSICIAN
    patient = answers.get("relation", {})
    return contacts.FOR + str(patient.get("value") or patient.get("words") or "") if who == "relative" else ""
