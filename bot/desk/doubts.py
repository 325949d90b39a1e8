"""Somebody else may be writing from a patient's number: the holder hears of it at once, and it stands on the card. From a
relative's number: she is out of the case, as patient and holder read, and may be invited again."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases
from bot.desk.held import tell_holder
from bot.dialogue.say import Say
from bot.family import contacts, leaving
from bot.services import Services
from bot.store.tables import Conversation


async def arose(services: Services, session: AsyncSession, conversation: Conversation, sign: str) -> None:
    """The patient's conversation is locked. `sign`: silence, person."""
    if theirs := await contacts.accompanied(session, conversation.id):
        await leaving.end_hers(services, session, theirs, conversation)
    case = await cases.open_case_of(session, conversation.id)
    if case is None:
        return
    await cases.append(services, session, case, "doubted", text="")
    languages = ("es", "en")
    words = " / ".join(services.texts.word("doubt", sign, language) for language in languages)
    await tell_holder(services, session, case, Say("desk.doubt.arose", {"case": str(case.id), "sign": words}))
