"""The visit as a file for the patient's own calendar (RFC 5545). It never names the specialty: others may see that calendar.

Telegram gets it as a document. WhatsApp takes no such kind of file (Twilio: 63005), so there it is a link, to the visit as it
is when the link is opened; nobody can guess one.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.wording import text_of, values_of
from bot.channels.base import ChannelName
from bot.dialogue.say import Say
from bot.outbox.draft import ENCLOSURE, Draft, DraftMade
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import Appointment, Conversation

CONTENT_TYPE = "text/calendar; charset=utf-8"
_STATUS = {"reserved": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED"}
_OCTETS = 75  # of a line, section 3.1


def link_line(services: Services, conversation: Conversation, visit: Appointment) -> list[Say]:
    """Where files of this kind cannot be sent, the line with the link."""
    if conversation.channel != ChannelName.WHATSAPP:
        return []
    link = f"{services.settings.base_url}/calendar/{visit.uid}/{_seal(visit.uid)}.ics"
    return [Say("telehealth.file.link", {"link": link}, options=())]


async def send_file(
    services: Services, session: AsyncSession, conversation: Conversation, visit: Appointment, language: str
) -> None:
    """The document, where it can be sent: behind the words about the visit."""
    if conversation.channel != ChannelName.WHATSAPP:
        name = text_of(services, "telehealth.file.name", language) + ".ics"
        made = DraftMade(name, CONTENT_TYPE, calendar_file(services, visit, language))
        draft = Draft(text=text_of(services, "telehealth.file.note", language), made=made)
        await enqueue(services, session, conversation, draft, ENCLOSURE, case_id=visit.case_id)


async def linked_file(services: Services, uid: str, seal: str) -> str | None:
    """The file behind a link, of the visit as it is now; None for no visit of ours, and for one that is over."""
    try:
        known = UUID(uid)
    except ValueError:
        return None
    if not compare_digest(seal, _seal(known)):
        return None
    async with services.database.session() as session:
        query = select(Appointment, Conversation.language).join(Conversation)
        query = query.where(Appointment.uid == known, Appointment.state.in_(_STATUS))
        found = (await session.execute(query.order_by(Appointment.sequence.desc()).limit(1))).one_or_none()
    return calendar_file(services, found[0], found[1] or "es") if found else None


def _seal(uid: UUID) -> str:
    """What makes a link of ours: it needs the key of the blind index."""
    return urlsafe_b64encode(keyring.blind(f"calendar:{uid}")[:18]).decode()


def calendar_file(services: Services, appointment: Appointment, language: str) -> str:
    """The file's text, of a visit as it is now: published, or cancelled, under the same UID."""
    lines = _lines(services, appointment, language)
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _lines(services: Services, appointment: Appointment, language: str) -> Iterator[str]:
    cancelled = appointment.state == "cancelled"
    values = values_of(services, appointment, language)
    ends = appointment.starts_at + timedelta(minutes=appointment.minutes)
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Puente//telehealth//EN", "CALSCALE:GREGORIAN")
    yield f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}"
    yield from ("BEGIN:VEVENT", f"UID:{appointment.uid}@puente", f"SEQUENCE:{appointment.sequence}")
    yield f"DTSTAMP:{_moment(services.clock())}"
    yield f"DTSTART:{_moment(appointment.starts_at)}"
    yield f"DTEND:{_moment(ends)}"
    yield f"STATUS:{_STATUS[appointment.state]}"
    yield f"SUMMARY:{_escaped(text_of(services, 'telehealth.file.summary', language))}"
    yield f"DESCRIPTION:{_escaped(text_of(services, 'telehealth.file.description', language, **values))}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A TEXT value, section 3.3.11."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut into lines of at most 75 octets, never within a character; each further one begins with a blank."""
    part = ""
    for sign in line:
        if len(f"{part}{sign}".encode()) > _OCTETS:
            yield part
            part = " "
        part += sign
    yield part
