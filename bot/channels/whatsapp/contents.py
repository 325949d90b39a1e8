"""Twilio Content resources for buttons and lists: one for each shape of bubble, made once.

Used within the 24-hour session they need no approval, and Twilio allows any number of them
(https://www.twilio.com/docs/content/content-api-resources).
"""

import asyncio
import time
from typing import Any

from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.channels.errors import Rejected, SendError, Unavailable
from bot.channels.whatsapp import errors
from bot.channels.whatsapp.outgoing import Content

_REST = 60.0  # seconds


class Contents:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._sids: dict[str, str] = {}  # by friendly name
        self._wordings: dict[str, str] = {}  # by sid
        self._listed = False
        self._lock = asyncio.Lock()
        self._rest_until = 0.0

    async def sid(self, content: Content) -> str:
        """The HX… of this shape; asked for at Twilio once, and made when Twilio has none.

        Raises a SendError, never OutcomeUnknown: a shape made twice harms nobody. While Twilio's Content API is
        down, it is asked once a minute: every bubble would wait for it.
        """
        if known := self._sids.get(content.friendly_name):
            return known
        async with self._lock:
            if time.monotonic() < self._rest_until:
                raise Unavailable("content", "resting")
            try:
                return await self._known_or_made(content)
            except (SendError, TwilioException) as error:
                named = errors.harmless(error)
                self._rest_until = 0 if isinstance(named, Rejected) else time.monotonic() + _REST
                raise named from None

    async def wording(self, sid: str) -> str:
        """The text of a template with its {{1}}, {{2}} …, "" when it has none. Raises as `sid` does."""
        if sid not in self._wordings:
            try:
                found = await self._client.content.v1.contents(sid).fetch_async()
            except (SendError, TwilioException) as error:
                raise errors.harmless(error) from None
            bodies = (kind.get("body") for kind in (found.types or {}).values() if isinstance(kind, dict))
            self._wordings[sid] = next((str(body) for body in bodies if body), "")
        return self._wordings[sid]

    def forget(self) -> None:
        """Ask Twilio again the next time: a shape that we remember was deleted there."""
        self._sids.clear()
        self._listed = False

    async def _known_or_made(self, content: Content) -> str:
        if not self._listed:
            await self._list()
        if content.friendly_name not in self._sids:
            self._sids[content.friendly_name] = await self._make(content)
        return self._sids[content.friendly_name]

    async def _list(self) -> None:
        for found in await self._client.content.v1.contents.list_async(page_size=500):
            self._sids[str(found.friendly_name)] = str(found.sid)
        self._listed = True

    async def _make(self, content: Content) -> str:
        """The SDK's request model would send every content type it knows as null: hence the plain request."""
        request: dict[str, Any] = {
            "friendly_name": content.friendly_name,
            "language": "es",  # required; the words come with each send
            "variables": {str(n): f"{n}" for n in range(1, len(content.values) + 1)},
            "types": dict(content.types),
        }
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        made = await self._client.content.v1.create_async("POST", "/Content", data=request, headers=headers)
        return str(made["sid"])
