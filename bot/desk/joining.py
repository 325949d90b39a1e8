"""How somebody becomes a consultant: a word that is typed or a link that is opened, once, from her own chat.

Whoever invites gives the same invitation in two forms: a word that can be read aloud, and a token for Telegram's deep link.
The database holds their fingerprints only. What is wrong, used or late is an ordinary message: nobody learns which.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say, compose
from bot.outbox.draft import NOTICE
from bot.outbox.enqueue import enqueue
from bot.privacy.openers import GROUP, GROUPS, LETTERS, bare, new_token, new_word
from bot.services import Services
from bot.store.encrypted import keyring
from bot.store.tables import Consultant, Conversation, Invitation, Message

GOOD_FOR = timedelta(hours=72)

_WORD = re.compile(rf"[{LETTERS}]{{{GROUPS * GROUP}}}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An invitation as it is handed over: known now, and never again."""

    word: str
    token: str
    expires_at: datetime


async def invite(session: AsyncSession, now: datetime, consultant_id: UUID) -> HandedOver:
    """A new invitation for this consultant; earlier ones stay good until they are used or late."""
    invitation = HandedOver(new_word(), new_token(), now + GOOD_FOR)
    for secret in (bare(invitation.word), invitation.token):
        session.add(
            Invitation(
                fingerprint=_fingerprint(secret),
                consultant_id=consultant_id,
                created_at=now,
                expires_at=invitation.expires_at,
            )
        )
    return invitation


def _fingerprint(secret: str) -> bytes:
    return keyring.blind(f"invitation:{secret}")


def secret_of(message: Message) -> str:
    """What in this message may be an invitation; "" when nothing looks like one."""
    payload = message.body.get("start_payload", "")
    if payload:
        return payload if _TOKEN.fullmatch(payload) else ""
    return _word_in(message.body.get("text", ""))


def is_word(text: str) -> bool:
    """Whether this has the form of an invitation: letters of no language."""
    return bool(_word_in(text))


def _word_in(text: str) -> str:
    word = bare(text) if len(text) < 3 * GROUPS * GROUP else ""
    return word if _WORD.fullmatch(word) else ""


async def fits(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> bool:
    """Whether this message is a good invitation, or one that this same chat has used."""
    secret = secret_of(message)
    return bool(secret) and await _invitation(services, session, conversation, secret) is not None


async def _invitation(
    services: Services, session: AsyncSession, conversation: Conversation, secret: str
) -> Invitation | None:
    query = (
        select(Invitation)
        .join(Consultant, Consultant.id == Invitation.consultant_id)
        .where(Invitation.fingerprint == _fingerprint(secret), Consultant.listed)
        .execution_options(populate_existing=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None or found.consultant_id == conversation.consultant_id:
        return found
    return None if found.used_at or found.expires_at <= services.clock() else found


async def join(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> bool:
    """Make the chat hers and tell her. False when the invitation has been used, has run out or was withdrawn meanwhile.

    In the transaction that holds the conversation's lock.
    """
    invitation = await _invitation(services, session, conversation, secret_of(message))
    if invitation is None:
        return False
    # Whoever comes second by the other form of the same invitation waits here, and then finds it used.
    row = await session.get_one(Consultant, invitation.consultant_id, with_for_update={"key_share": True})
    if await _invitation(services, session, conversation, secret_of(message)) is None:
        return False
    say = await _already(session, conversation, row) or await _become(
        services, session, conversation, row, invitation
    )
    says = [say, Say("desk.help")] if say.key == "desk.joining.welcome" else [say]
    draft = await compose(services, session, conversation, says, conversation.language or "es")
    await enqueue(services, session, conversation, draft, NOTICE, answers_id=message.id)
    return True


async def _already(session: AsyncSession, conversation: Conversation, row: Consultant) -> Say | None:
    """What is said when the chat is a consultant's already. The invitation stays good for another chat."""
    if conversation.consultant_id is None:
        return None
    if conversation.consultant_id == row.id:
        return Say("desk.joining.already")
    owner = await session.get_one(Consultant, conversation.consultant_id)
    return Say("desk.joining.not_here", {"consultant": owner.profile["name"]})


async def _become(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    row: Consultant,
    invitation: Invitation,
) -> Say:
    await _spend(services, session, invitation)
    first = (
        await session.scalar(select(Conversation.id).where(Conversation.consultant_id == row.id).limit(1))
        is None
    )
    await _end_own_case(services, session, conversation, row)
    conversation.role, conversation.consultant_id = "consultant", row.id
    conversation.language, conversation.language_wished = row.profile["languages"][0], True
    conversation.opted_out_at = conversation.blocked_at = conversation.quiet_since = None
    row.greeted_at = row.greeted_at or services.clock()  # the welcome is today's greeting
    await session.flush()
    await _tell_heads(services, session, conversation, row)
    key = "desk.joining.welcome" if first else "desk.joining.further"
    return Say(key, {"consultant": row.profile["name"]}, options=[Offer("cases", {"do": "cases"})])


async def _spend(services: Services, session: AsyncSession, invitation: Invitation) -> None:
    """Both forms of it."""
    both = update(Invitation).where(
        Invitation.consultant_id == invitation.consultant_id, Invitation.created_at == invitation.created_at
    )
    await session.execute(both.values(used_at=services.clock()))


async def _end_own_case(
    services: Services, session: AsyncSession, conversation: Conversation, row: Consultant
) -> None:
    """She had asked for a person from this chat, perhaps to try it: a consultant is nobody's patient."""
    case = await cases.open_case_of(session, conversation.id)
    if case is None:
        return
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    await cases.close(services, session, case, row.id)
    if holder:
        values = {"case": str(case.id), "consultant": row.profile["name"]}
        await tell(services, session, holder, [Say("desk.joining.own_case", values)])


async def _tell_heads(
    services: Services, session: AsyncSession, conversation: Conversation, row: Consultant
) -> None:
    """The head of office sees who came in: an invitation in the wrong hands does not stay unnoticed."""
    for head in await roster.colleagues(services, session):
        if head.listed.head and head.id != row.id:
            channel = services.texts.word("channel", conversation.channel, head.language)
            values = {"consultant": row.profile["name"], "channel": channel}
            await tell(services, session, head, [Say("desk.joining.told", values)])
