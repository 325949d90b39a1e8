"""What becomes of an accepted message: asynchronously, told by status callbacks (platform: error 63016 and its like)."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from sandbox.phone import Bubble, Place, ShownFile
from sandbox.twilio_api.checks import variables
from sandbox.twilio_api.content import Rendered
from sandbox.twilio_api.errors import text_of
from sandbox.twilio_api.records import MediaRecord, MessageRecord, new_sid

if TYPE_CHECKING:
    from sandbox.twilio_api.api import TwilioApi
    from sandbox.twilio_api.people import WhatsAppUser

WINDOW = timedelta(hours=24)
_MOST_MEDIA = 16 * 1024 * 1024
_ACCEPTED_TYPES = ("image/", "audio/", "video/", "application/", "text/vcard", "text/x-vcard")
_KINDS = ("image", "audio", "video", "sticker")
_PAIR_BURST, _PAIR_REFILL = 45, 6.0  # messages; seconds for one more


@dataclass(slots=True)
class PairRate:
    """Meta's limit between one number and one person: a bucket of 45 that gains one in 6 s."""

    sent: deque[datetime] = field(default_factory=deque)

    def exceeded(self, now: datetime) -> bool:
        horizon = now - timedelta(seconds=_PAIR_BURST * _PAIR_REFILL)
        while self.sent and self.sent[0] < horizon:
            self.sent.popleft()
        if len(self.sent) >= _PAIR_BURST:
            return True
        self.sent.append(now)
        return False


class Delivery:
    """Carries accepted messages to phones and reports their fate."""

    def __init__(self, api: "TwilioApi") -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()
        self._pairs: dict[str, PairRate] = {}

    def begin(self, record: MessageRecord, fail_code: int | None = None) -> None:
        """Deliver in the background; `fail_code`: the failure ordered by a fault."""
        self.run(self._deliver(record, fail_code))

    def run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def idle(self) -> bool:
        """No message on its way to a phone, no status left to tell."""
        return not self._tasks

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, record: MessageRecord, fail_code: int | None) -> None:
        user = self._api.find(record.to)
        rendered = self._rendered(record)
        code = fail_code or self._failure(record, user)
        if code is None:
            code = await self._fetch_media(record, rendered)
        if code is not None:
            record.error_code, record.error_message = code, text_of(code)
            await self._report(record, None, ["queued", "failed"])
        elif user is None:
            await self._report(record, None, ["queued", "sent"])
        else:
            await self._report(record, self._bubble(record, rendered), ["queued", *self._fate(user)], user)

    def _fate(self, user: "WhatsAppUser") -> list[str]:
        """A message to someone who blocked the number stays `sent` for ever (error page 63033)."""
        if user.blocked:
            return ["sent"]
        return ["sent", "delivered", "read"] if user.reads else ["sent", "delivered"]

    def _failure(self, record: MessageRecord, user: "WhatsAppUser | None") -> int | None:
        if user is not None and user.gone:
            return 63024
        if record.to in self._api.opted_out:
            return 21610
        content = self._api.contents.all.get(record.form.get("ContentSid", ""))
        open_ = user is not None and user.last_inbound is not None and self._is_recent(user.last_inbound)
        if not open_ and not (content and content.approved):
            return 63016
        if content and (refused := content.refused(variables(record.form))):
            return refused
        too_fast = self._api.pair_rate and self._pairs.setdefault(record.to, PairRate()).exceeded(self._now())
        return 63018 if too_fast else None

    def _is_recent(self, last_inbound: datetime) -> bool:
        return not self._api.windows_shut and self._now() - last_inbound < WINDOW

    def _now(self) -> datetime:
        return self._api.clock.now()

    def _rendered(self, record: MessageRecord) -> Rendered:
        content = self._api.contents.all.get(record.form.get("ContentSid", ""))
        if content is None:
            return Rendered(record.body, media_url=record.form.get("MediaUrl", ""))
        return content.render(variables(record.form))

    async def _fetch_media(self, record: MessageRecord, rendered: Rendered) -> int | None:
        """Download what the message points to, as Twilio does; 63019 when that fails, 63005 for an odd type."""
        if not rendered.media_url:
            return None
        try:
            url = self._api.reach.inner(rendered.media_url)
            answer = await self._api.http.get(url, timeout=15, follow_redirects=True)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL):
            return 63019
        kind = answer.headers.get("content-type", "").split(";")[0]
        if len(answer.content) > _MOST_MEDIA:
            return 63019
        if not kind.startswith(_ACCEPTED_TYPES):
            return 63005
        media = MediaRecord(new_sid("ME"), answer.content, kind, self._now())
        record.media[media.sid] = media
        return None

    def _bubble(self, record: MessageRecord, rendered: Rendered) -> Bubble:
        bubble = Bubble(id=record.sid, mine=False, sent_at=record.created_at, text=rendered.text)
        bubble.options, bubble.list_button = rendered.options, rendered.list_button
        content = self._api.contents.all.get(record.form.get("ContentSid", ""))
        bubble.template = content.sid if content and content.approved else ""
        bubble.file = next((shown_file(m) for m in record.media.values()), None)
        bubble.place = _place(record.form.get("PersistentAction", ""))
        return bubble

    async def _report(
        self,
        record: MessageRecord,
        bubble: Bubble | None,
        statuses: list[str],
        user: "WhatsAppUser | None" = None,
    ) -> None:
        """Set one status after the other and call back for each; scrambled: set all, call back in reverse."""
        if self._api.scramble_statuses:
            for status in statuses:
                self._set(record, bubble, status, user)
            statuses = statuses[::-1]
        for status in statuses:
            await asyncio.sleep(self._api.status_delay)
            if not self._api.scramble_statuses:
                self._set(record, bubble, status, user)
            for _ in range(2 if self._api.repeat_statuses else 1):
                await self._api.call_back(record, status)

    def _set(
        self, record: MessageRecord, bubble: Bubble | None, status: str, user: "WhatsAppUser | None"
    ) -> None:
        record.status, record.updated_at = status, self._now()
        record.history.append((status, self._now()))
        if status == "sent":
            record.sent_at = self._now()
        if bubble is None or user is None or user.blocked or status == "queued":
            return
        if status == "sent":
            user.phone.typing_until = None
            user.phone.add(bubble)
        user.phone.mark(bubble, status)


def shown_file(media: MediaRecord) -> ShownFile:
    kind = media.content_type.split("/")[0]
    kind = "sticker" if media.content_type == "image/webp" else kind
    return ShownFile(kind if kind in _KINDS else "document", media.content, media.content_type)


def _place(action: str) -> Place | None:
    """PersistentAction `geo:lat,lon|label`."""
    if not action.startswith("geo:"):
        return None
    where, _, label = action.removeprefix("geo:").partition("|")
    latitude, longitude = where.split(",")[:2]
    return Place(float(latitude), float(longitude), label)
