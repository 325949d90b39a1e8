"""What a provider tells later about a bubble: unordered, repeated, sometimes before its own answer to the send."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import DeliveryStatus, StatusUpdate
from bot.channels.errors import SendError
from bot.outbox.deliver import Outbox
from bot.services import Services
from bot.store.tables import Send

LONGEST_REFERENCE = 19  # digits that fit the id of a send
# A later rank never gives way to an earlier one.
RANK = {"pending": 0, "sending": 0, "accepted": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}


async def apply_status(services: Services, outbox: Outbox, update: StatusUpdate) -> None:
    """Move the send forward; a failure is decided on like one that came at once."""
    async with services.database.session() as session:
        send = await _send_of(session, update)
        if send is None or send.provider_id not in (None, update.provider_id):
            return
        failed = update.status is DeliveryStatus.FAILED
        if not failed and RANK.get(send.state, 9) < RANK[update.status.value] and send.state != "pending":
            send.state, send.provider_id = update.status.value, update.provider_id
    if failed and isinstance(update.error, SendError):
        await outbox.failed(send.id, update.error, later=update.provider_id)


async def _send_of(session: AsyncSession, update: StatusUpdate) -> Send | None:
    if update.reference.isdecimal() and len(update.reference) < LONGEST_REFERENCE:
        return await session.get(Send, int(update.reference), with_for_update={"key_share": True})
    query = select(Send).where(Send.provider_id == update.provider_id).with_for_update(key_share=True)
    return (await session.scalars(query)).one_or_none()
