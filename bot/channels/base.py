"""The words that every channel shares: what arrives (events), what leaves (bubbles), and the channel itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ChannelName(StrEnum):
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"


class AttachmentKind(StrEnum):
    IMAGE = "image"
    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    CONTACT = "contact"
    LOCATION = "location"
    OTHER = "other"


# --- what arrives -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something a person sent besides text. `reference` is what the channel's `fetch` needs, if it can be fetched."""

    kind: AttachmentKind
    reference: str = ""
    content_type: str = ""
    name: str = ""
    size: int | None = None  # bytes
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""  # of a shared contact
    label: str = ""  # of a place, a contact or an emoji: words a person can read
    organisation: str = ""  # of a shared contact


@dataclass(frozen=True, slots=True)
class Message:
    """One bubble from a person. `address` is where an answer goes and is opaque: never parsed, never shown."""

    channel: ChannelName
    account: str  # our receiving number or bot id
    provider_id: str  # unique per account
    address: str
    text: str = ""
    aliases: tuple[str, ...] = ()  # other addresses of the same person: E.164 number, BSUID
    phone: str = ""  # E.164 when the provider vouches for it
    person: str = ""  # the provider's own id of the person, where an address may pass to somebody else
    sender_name: str = ""
    language_hint: str = ""  # the sender's application language, as the provider tells it
    choice: str = ""  # the token of a tapped button or list row
    acknowledge: str = ""  # Telegram's callback query id: must be answered
    attachments: tuple[Attachment, ...] = ()
    message_ref: str = ""  # how `quoted_id`, `reply_to` and `replaces` name it; unique within the address
    quoted_id: str = ""  # reference of the message this one answers
    sent_at: datetime | None = None
    edited: bool = False
    opt_out_type: str = ""  # Twilio's Advanced Opt-Out has already answered: STOP, START, HELP
    start_payload: str = ""  # what followed /start in a deep link
    thread: str = ""  # the topic of the chat in which it was written, where the chat has topics


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """How a bubble fares. Unordered and repeated by nature."""

    channel: ChannelName
    provider_id: str
    status: "DeliveryStatus"
    error: Exception | None = None  # a SendError when it failed
    reference: str = ""  # our own id of the send, when the provider echoes it


class DeliveryStatus(StrEnum):
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reachability:
    """The person blocked or unblocked us; the group has removed or added us."""

    channel: ChannelName
    account: str
    provider_id: str
    address: str
    reachable: bool
    group: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A group got another address."""

    channel: ChannelName
    old_address: str
    new_address: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Authentic, understood to be nothing for us. `reason` is a short fixed word: it becomes a metric label."""

    channel: ChannelName
    reason: str


type Event = Message | StatusUpdate | Reachability | Moved | Ignored


# --- what leaves ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """A button or list row. `token` comes back as `Message.choice`; at most 64 bytes."""

    token: str
    title: str
    description: str = ""
    wants: str = (
        ""  # "contact": Telegram's key that shares the person's own number; it sends that, not the token
    )


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way out: its bytes, and a URL where a provider that fetches for itself finds them."""

    kind: AttachmentKind
    content_type: str
    name: str
    content: bytes
    url: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """An approved WhatsApp template: name as in office.yml, values by position."""

    name: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message to a person, already in her language and within the channel's limits."""

    text: str = ""
    header: str = ""  # shown bold above the text
    options: tuple[Option, ...] = ()
    file: File | None = None
    reply_to: str = ""  # provider id; channels that cannot quote ignore it
    template: Template | None = None
    replaces: str = ""  # provider id of the bubble to edit in place, where the channel can
    acknowledges: str = ""  # Telegram: the callback query to answer; text becomes its toast
    thread: str = ""  # the topic of the chat; when it is gone, the bubble goes to the chat itself


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider accepted a bubble. `provider_id` is empty for acknowledgements. `thread`: the topic where it stands."""

    provider_id: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths are in characters."""

    text: int
    text_with_options: int
    options: int
    caption: int
    file_bytes: int
    can_edit: bool
    can_quote: bool


class Channel(Protocol):
    """How to hand a bubble to a provider. Every method may raise an error of `errors.py`."""

    name: ChannelName
    limits: Limits

    async def send(self, address: str, bubble: Bubble, reference: str) -> Receipt:
        """Hand over one bubble. `reference` is our id of the send; the channel echoes it where it can."""
        ...

    async def find_sent(
        self, address: str, bubble: Bubble, since: datetime, besides: Collection[str] = ()
    ) -> Receipt | None:
        """After OutcomeUnknown: the receipt if the provider has it, None if it has not. `besides`: ids of other bubbles.

        Raises OutcomeUnknown where the provider offers no look-up.
        """
        ...

    async def open_thread(self, address: str, name: str) -> str:
        """A new topic of this name in a person's chat: its id, or "" where chats have none."""
        ...

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content of what a person sent. Raises Rejected when it is too large or gone."""
        ...

    async def erase_copies(self, addresses: Collection[str], others: Collection[str] = ()) -> bool:
        """Delete what the provider keeps of the messages with these addresses, and of `others` (ids of messages), as far as
        its API allows. Returns whether nothing is left that it could delete."""
        ...

    async def close(self) -> None: ...


def split_text(text: str, limit: int) -> Sequence[str]:
    """Cut a text into bubbles of at most `limit` characters, at paragraph, line, sentence or word ends."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        head = rest[:limit]
        cut = max(head.rfind("\n\n"), head.rfind("\n"))
        if cut < limit // 2:
            cut = max(cut, head.rfind(". ") + 1)
        if cut < limit // 2:
            cut = max(cut, head.rfind(" "))
        if cut <= 0:
            cut = limit
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]
