"""What one phone shows: bubbles of both sides, options, files, ticks; and waiting for the next one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ShownOption:
    """A button or list row as the person sees it; `token` is what comes back when it is tapped."""

    token: str
    title: str
    description: str = ""
    url: str = ""
    row: int = 0  # of an inline keyboard
    wants: str = ""  # reply keyboards: "contact" or "location"


@dataclass(frozen=True, slots=True)
class ShownFile:
    kind: str  # image, document, audio, video, sticker
    content: bytes
    content_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class ContactCard:
    name: str
    phone: str


@dataclass(slots=True)
class Bubble:
    """One message on a phone. `mine`: written by the person who holds it."""

    id: str
    mine: bool
    sent_at: datetime
    text: str = ""
    header: str = ""
    options: tuple[ShownOption, ...] = ()
    list_button: str = ""  # WhatsApp: options are rows behind this button
    file: ShownFile | None = None
    place: Place | None = None
    contact: ContactCard | None = None
    reply_to: str = ""
    template: str = ""  # content SID of an approved WhatsApp template
    author: str = ""  # of another member, in a group
    topic: str = ""  # the name of the topic in which it stands
    statuses: list[str] = field(default_factory=list)
    error: str = ""
    edited: bool = False
    deleted: bool = False
    revision: int = 0  # of anything on it, ticks included
    said: int = 0  # of its words: added or edited

    @property
    def status(self) -> str:
        """The latest of sent, delivered, read, failed; "" while under way."""
        return self.statuses[-1] if self.statuses else ""


type Wanted = str | Callable[[Bubble], bool]


class Phone:
    """The thread between one person (or group) and the bot."""

    def __init__(self) -> None:
        self.timeline: list[Bubble] = []
        self.toasts: list[str] = []
        self.revision = 0
        self.typing_until: datetime | None = None
        self._heard = 0
        self._changed = asyncio.Event()

    @property
    def bubbles(self) -> list[Bubble]:
        """What the bot sent and did not delete."""
        return [b for b in self.timeline if not b.mine and not b.author and not b.deleted]

    def add(self, bubble: Bubble) -> Bubble:
        self.timeline.append(bubble)
        self.reword(bubble)
        return bubble

    def reword(self, bubble: Bubble) -> None:
        """The words of this bubble are new."""
        self.touch()
        bubble.revision = bubble.said = self.revision

    def mark(self, bubble: Bubble, status: str, error: str = "") -> None:
        """A tick, or a failure."""
        if status not in bubble.statuses:
            bubble.statuses.append(status)
        bubble.error = error or bubble.error
        self.touch()
        bubble.revision = self.revision

    def touch(self) -> None:
        """Something changed: wake whoever waits."""
        self.revision += 1
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    def find(self, id_: str) -> Bubble | None:
        return next((b for b in reversed(self.timeline) if b.id == id_), None)

    def with_option(self, option: str | int) -> tuple[Bubble, ShownOption]:
        """The newest bubble that offers this option, by title, token or place in the list."""
        for bubble in reversed(self.bubbles):
            found = pick(bubble, option)
            if found is not None:
                return bubble, found
        raise LookupError(
            f"no bubble offers {option!r}; the last offers {[o.title for o in self._offered()]}"
        )

    def _offered(self) -> tuple[ShownOption, ...]:
        return next((b.options for b in reversed(self.bubbles) if b.options), ())

    async def change(self, after: int, within: float) -> None:
        """Return when the revision is past `after`, or `within` seconds have gone."""
        if self.revision > after:
            return
        try:
            await asyncio.wait_for(self._changed.wait(), within)
        except TimeoutError:
            return

    def unheard(self) -> list[Bubble]:
        return sorted((b for b in self.bubbles if b.said > self._heard), key=lambda b: b.said)

    def catch_up(self) -> None:
        """Treat everything so far as heard."""
        self._heard = self.revision

    async def hears(self, wanted: Wanted, within: float = 10.0) -> Bubble:
        """The next unheard bubble of the bot that fits; AssertionError with what came instead after `within` s.

        An edited bubble counts as new. Bubbles skipped on the way count as heard.
        """
        deadline = time.monotonic() + within
        while True:
            seen = self.revision
            found = next((b for b in self.unheard() if fits(b, wanted)), None)
            if found is not None:
                self._heard = found.said
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not heard: {wanted!r}; unheard: {[b.text for b in self.unheard()]}")
            await self.change(seen, left)

    async def hears_nothing(self, within: float = 2.0) -> None:
        """AssertionError if the bot says anything unheard in the next `within` seconds."""
        deadline = time.monotonic() + within
        while not self.unheard() and (left := deadline - time.monotonic()) > 0:
            await self.change(self.revision, left)
        if self.unheard():
            raise AssertionError(f"heard: {[b.text for b in self.unheard()]}")


class PhoneHolder:
    """Whoever reads a thread: a person or a group."""

    phone: Phone

    @property
    def bubbles(self) -> list[Bubble]:
        """What the bot sent here and did not delete."""
        return self.phone.bubbles

    @property
    def timeline(self) -> list[Bubble]:
        """Both sides."""
        return self.phone.timeline

    @property
    def last(self) -> Bubble:
        return self.phone.bubbles[-1]

    def catch_up(self) -> None:
        """Treat everything so far as heard."""
        self.phone.catch_up()

    async def hears(self, wanted: Wanted, within: float = 10.0) -> Bubble:
        """See `Phone.hears`."""
        return await self.phone.hears(wanted, within)

    async def hears_nothing(self, within: float = 2.0) -> None:
        """See `Phone.hears_nothing`."""
        await self.phone.hears_nothing(within)


def pick(bubble: Bubble, option: str | int) -> ShownOption | None:
    """The option of a bubble by place in the list, title or token."""
    if isinstance(option, int):
        return bubble.options[option] if option < len(bubble.options) else None
    return next((o for o in bubble.options if option in {o.title, o.token}), None)


def fits(bubble: Bubble, wanted: Wanted) -> bool:
    """A substring is sought in the text without regard to case; a predicate is asked."""
    if isinstance(wanted, str):
        return wanted.casefold() in bubble.text.casefold()
    return wanted(bubble)


def vcard(name: str, phone: str, organisation: str) -> str:
    """A contact as applications write it into a file."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL;TYPE=CELL:{phone}"]
    lines += [f"ORG:{organisation}"] if organisation else []
    return "\r\n".join([*lines, "END:VCARD", ""])


def typed(text: str) -> str:
    """What an app sends of a text: half a sign (a lone surrogate) becomes the sign for "cannot be read"."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
