"""Who introduces herself as a clinician or researcher is a colleague from then on; told so once, unless a person or a silence
is between. Her contact card is read here: the provider sends a file where the channel has no field for it."""

from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import vcard
from bot.channels.base import AttachmentKind
from bot.channels.errors import SendError
from bot.conversation.turn import Effect, Outcome, Turn, open_a_case
from bot.desk import cases
from bot.dialogue.say import Say
from bot.family.colleagues import introduces
from bot.outbox.files import attachment_of
from bot.outbox.why import Cause
from bot.privacy.masking import the_rules
from bot.store.tables import Message

log = structlog.get_logger()


async def contact_card(turn: Turn) -> Outcome:
    """What a card says is put beside it, whoever reads it next; one that cannot be fetched stays a card without words."""
    for message in turn.messages:
        for position, item in enumerate(message.body.get("attachments", ())):
            if item["kind"] != AttachmentKind.CONTACT or item["label"] or not item["reference"]:
                continue
            if (card := await _read(turn, message, position)) is not None:
                turn.parts.append(_keep(message.id, position, card))
                item.update(_told(card))  # this turn reads it already
    return Outcome.GO_ON


async def _read(turn: Turn, message: Message, position: int) -> vcard.Card | None:
    try:
        content = await turn.services.channels[message.channel].fetch(attachment_of(message, position))
    except SendError as error:
        log.warning("contact card not read", message=message.id, code=error.code)
        return None
    return vcard.read(content.decode("utf-8", "replace"))


def _told(card: vcard.Card) -> dict[str, str]:
    mask = the_rules()
    return {
        "label": mask(card.name).text,
        "phone": card.phone,
        "organisation": mask(card.organisation).text,
    }


def _keep(number: int, position: int, card: vcard.Card) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        message = await session.get_one(Message, number)
        items = [dict(item) for item in message.body["attachments"]]
        items[position] |= _told(card)
        message.body = {**message.body, "attachments": items}
        return ()

    return effect


async def colleague(turn: Turn) -> Outcome:
    """A colleague's card is thanked for and kept; whoever says that she is one is marked, and answered as usual."""
    if turn.choice is not None:
        return Outcome.GO_ON
    if turn.conversation.colleague_at is not None:
        return _card(turn)
    if introduces(turn.services.entities, turn.text):
        turn.parts.append(_mark)
    return Outcome.GO_ON


async def _mark(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    turn.conversation.colleague_at = turn.conversation.colleague_at or turn.now
    return () if turn.quiet else [Say("family.colleague.noted", options=())]


def _card(turn: Turn) -> Outcome:
    """Nothing but a card that could be read: a person need not look at it first."""
    items = turn.first.body.get("attachments", ())
    bare = not turn.first.body.get("text", "").strip() and bool(items)
    if not bare or not all(item["kind"] == AttachmentKind.CONTACT and item["label"] for item in items):
        return Outcome.GO_ON
    turn.cause = Cause("attachment")
    turn.parts += [_of_a_case, Say("family.colleague.card", {"name": str(items[0]["label"])}, options=())]
    return Outcome.REPLY


async def _of_a_case(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """A card alone is a wish to be contacted."""
    if await cases.open_case_of(session, turn.conversation.id) is not None:
        return ()
    return await open_a_case(turn, session, reason="collaboration", topic="collaborate", urgency="normal")
