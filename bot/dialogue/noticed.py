"""The short privacy notice closes the first ordinary words to a contact, and the first after it has changed."""

from collections.abc import Sequence

from bot.dialogue.say import Say
from bot.privacy import notice
from bot.services import Services
from bot.store.tables import Conversation


def with_notice(services: Services, conversation: Conversation, says: Sequence[Say]) -> list[Say]:
    """Never after danger or a death, nor to who wants no words or is about to be erased. Remembers that it was shown."""
    unfit = conversation.quiet_since or conversation.opted_out_at or conversation.erasing_at
    if unfit or not notice.is_due(conversation):
        return list(says)
    notice.was_shown(conversation, services.clock())
    link = {"url": notice.url(services, conversation.language or "es")}
    return [*says, Say("privacy.notice.short", link, options=())]
