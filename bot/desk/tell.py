"""A word to a consultant that she did not ask for."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import windows
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, Say, put_on_offer
from bot.outbox.draft import NOTICE, Draft, DraftTemplate, Purpose
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Conversation, Send


async def tell(
    services: Services,
    session: AsyncSession,
    person: Colleague,
    says: Sequence[Say],
    chat: Conversation | None = None,
    *,
    otherwise: DraftTemplate | None = None,
    case_id: int | None = None,
    purpose: Purpose = NOTICE,
) -> list[Send]:
    """One bubble in `chat`, else in the chat where she can be written to now; `otherwise` behind a closed window.

    Not by `compose`: what she was asked last, she may still answer; and it would lock her chat, while in her own turn she
    may be writing to ours.
    """
    target = chat or windows.reached(person, services.clock())
    texts = [
        services.texts.render(say.key, person.language, say.values, services.office, services.real).text
        for say in says
    ]
    offers = [option for say in says for option in say.options or () if isinstance(option, Offer)]
    options = await put_on_offer(services, session, target, offers, person.language)
    draft = Draft(text="\n\n".join(texts), options=options, otherwise=otherwise)
    return await enqueue(services, session, target, draft, purpose, case_id=case_id)
