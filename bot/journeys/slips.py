"""A slip: what a physician or a daughter has filled in for a patient, who opens it once, by a link, a word or a QR.

The word can be read aloud and is prefilled on WhatsApp; the token travels in Telegram's deep link. The database holds their
fingerprints only. Who opens it finds the answers in a draft of their own; in the slip nothing of them is left.
"""

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import segno
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName
from bot.channels.telegram.links import start_link
from bot.duty import duty
from bot.journeys.steps import SLIP, Answer
from bot.privacy.openers import GROUP, GROUPS, LETTERS, bare, new_token, new_word
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import Conversation, IntakeDraft, Message, Slip

GOOD_FOR = timedelta(days=14)
MOST = 9  # of one maker that nobody has opened: the rows of a list, one left for a new slip
FILLS = {"specialty": "specialty", "city": "city", "wanted": "story"}  # its steps, and the referral's
MARK = "v_"  # tells its token from an invitation's

_WORD = re.compile(rf"(?:volante|slip)\W*((?:[{LETTERS}]{{{GROUP}}}\W?){{{GROUPS}}})\W*", re.IGNORECASE)
_TOKEN = re.compile(rf"{MARK}[A-Za-z0-9_-]{{22}}")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A slip as it is handed over: known now, and never again. `links`: by channel, WhatsApp's first. `words`: what opens it
    when it is written to us; can be read aloud."""

    slip: Slip
    links: dict[str, str]
    words: str

    @property
    def shown(self) -> str:
        """What the QR holds. Without a link (a messaging service that names no number) the words."""
        return next(iter(self.links.values()), self.words)


async def make(
    services: Services, session: AsyncSession, conversation: Conversation, draft: IntakeDraft
) -> HandedOver:
    """A new slip with what the draft tells."""
    word, token = new_word(), new_token(MARK)
    slip = Slip(
        conversation_id=conversation.id,
        word=_fingerprint(word),
        token=_fingerprint(token),
        answers=filled(draft),
        created_at=services.clock(),
        expires_at=services.clock() + GOOD_FOR,
    )
    session.add(slip)
    await session.flush()
    words = f"{services.texts.word('slip', 'link', conversation.language or 'es')} {word}"
    return HandedOver(slip, await _links(services, words, token), words)


def filled(draft: IntakeDraft) -> dict[str, Answer]:
    """Its answers under the names of the referral's steps; what was skipped is asked."""
    return {
        theirs: draft.answers[ours]
        for ours, theirs in FILLS.items()
        if ours in draft.answers and "skipped" not in draft.answers[ours]
    }


async def _links(services: Services, words: str, token: str) -> dict[str, str]:
    links = {}
    number = "".join(re.findall(r"\d", services.settings.twilio_whatsapp_from or ""))
    if number and ChannelName.WHATSAPP in services.channels:
        links["whatsapp"] = f"https://wa.me/{number}?text={quote(words)}"
    if telegram := await start_link(services.channels.get(ChannelName.TELEGRAM), token):
        links["telegram"] = telegram
    return links


def picture(link: str) -> bytes:
    """The QR of a link, a PNG."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def secret_of(message: Message) -> str:
    """What in this message opens a slip; "" when nothing looks like one."""
    payload = message.body.get("start_payload", "")
    if payload:
        return payload if _TOKEN.fullmatch(payload) else ""
    found = _WORD.fullmatch(message.body.get("text", "").strip())
    return bare(found[1]) if found else ""


def _fingerprint(secret: str) -> bytes:
    return keyring.blind(f"slip:{secret if secret.startswith(MARK) else bare(secret)}")


async def of_secret(services: Services, session: AsyncSession, secret: str) -> Slip | None:
    """Locked: who opens it second finds it opened."""
    mark = _fingerprint(secret)
    query = select(Slip).where(or_(Slip.word == mark, Slip.token == mark), Slip.expires_at > services.clock())
    return (await session.scalars(query.with_for_update(key_share=True))).one_or_none()


async def unopened(services: Services, session: AsyncSession, conversation_id: UUID) -> list[Slip]:
    """Those of a maker that wait to be opened, oldest first."""
    query = select(Slip).where(
        Slip.conversation_id == conversation_id,
        Slip.opened_at.is_(None),
        Slip.expires_at > services.clock(),
    )
    return list(await session.scalars(query.order_by(Slip.id)))


def take_out(slip: Slip, opener: Conversation, now: datetime) -> dict[str, Answer]:
    """What it tells; from here on the slip tells nothing."""
    answers = dict(slip.answers or {})
    slip.answers, slip.opened_at, slip.opener_id = None, now, opener.id
    return answers


@duty(lambda now: select(Slip).where(Slip.expires_at <= now))
async def erase_old(services: Services, session: AsyncSession) -> None:
    """After its days a slip is gone, opened or not."""
    for slip in (
        await session.scalars(erase_old.due(services.clock()).with_for_update(skip_locked=True))
    ).all():
        await session.delete(slip)


def is_slip(draft: IntakeDraft | None) -> bool:
    return draft is not None and draft.journey == SLIP
