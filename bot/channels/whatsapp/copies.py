"""What Twilio keeps of a person: messages and their media, which it deletes only when asked.

https://www.twilio.com/docs/messaging/api/message-resource#delete-a-message-resource
"""

from collections.abc import Collection
from typing import Any

from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

PAGE = 200
_GONE, _UNDER_WAY = 404, 409  # HTTP; 409 is Twilio's 20009


async def erase(client: Any, addresses: Collection[str], others: Collection[str]) -> bool:
    """Whether nothing is left. `addresses` with their prefix, `others`: sids. Raises TwilioException."""
    sids, full = set(others), False
    for address in addresses:
        for which in ({"to": address}, {"from_": address}):
            found = await client.messages.list_async(**which, limit=PAGE, page_size=PAGE)
            sids |= {str(message.sid) for message in found}
            full = full or len(found) == PAGE  # there may be more
    deleted = [await _deleted(client, sid) for sid in sorted(sids)]
    return all(deleted) and not full


async def _deleted(client: Any, sid: str) -> bool:
    """The media first: a message that is gone no longer leads to them."""
    try:
        message = client.messages(sid)
        for one in await message.media.list_async():
            await message.media(one.sid).delete_async()
        await message.delete_async()
    except TwilioRestException as error:
        if error.status == _GONE:
            return True
        if error.status == _UNDER_WAY:
            return False
        raise
    return True
