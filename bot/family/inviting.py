"""An invitation into a case: a word and a link, good once and for 72 hours, to be forwarded by whoever asked for it.

The tables hold fingerprints only. It is made anew each time; earlier ones stay good until they are used or late.
"""

from urllib.parse import quote
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.channels.telegram.links import start_link
from bot.desk.joining import GOOD_FOR, HandedOver
from bot.privacy.openers import bare, new_token, new_word
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import Case, CaseInvitation

PREFIX = "whatsapp:+"


async def invite(
    services: Services,
    session: AsyncSession,
    case: Case,
    *,
    by: UUID | None = None,
    consultant_id: UUID | None = None,
) -> HandedOver:
    """A new invitation into this case, from the patient's chat `by` or from a consultant."""
    now = services.clock()
    handed = HandedOver(new_word(), new_token(), now + GOOD_FOR)
    for secret in (bare(handed.word), handed.token):
        session.add(
            CaseInvitation(
                fingerprint=fingerprint(secret),
                case_id=case.id,
                invited_by_id=by,
                consultant_id=consultant_id,
                created_at=now,
                expires_at=handed.expires_at,
            )
        )
    return handed


def fingerprint(secret: str) -> bytes:
    return keyring.blind(f"case invitation:{secret}")


async def values(services: Services, handed: HandedOver, language: str) -> dict[str, str]:
    """What the text `family.invitation` says: the ways in, a line each, and until when."""
    now, zone = services.clock(), services.office.time_zone
    return {
        "links": "\n".join(await _ways(services, handed, language)),
        "until": services.texts.say_time(handed.expires_at, now, language, zone),
    }


async def _ways(services: Services, handed: HandedOver, language: str) -> list[str]:
    ways = {
        ChannelName.TELEGRAM: await start_link(services.channels.get(ChannelName.TELEGRAM), handed.token),
        ChannelName.WHATSAPP: _whatsapp(services, handed.word),
    }
    return [
        f"{services.texts.word('channel', name, language)}: {link}" for name, link in ways.items() if link
    ]


def _whatsapp(services: Services, word: str) -> str:
    sender = services.settings.twilio_whatsapp_from or ""
    if ChannelName.WHATSAPP not in services.channels or not sender.startswith(PREFIX):
        return ""
    return f"https://wa.me/{sender.removeprefix(PREFIX)}?text={quote(word)}"
