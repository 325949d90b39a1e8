"""Store a message once, screen it for red flags, queue its turn: one transaction. What it leaves is one row and one job."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import AttachmentKind
from bot.channels.base import Message as Arrived
from bot.channels.errors import Malformed
from bot.desk import doubts, emergency, held, joining, merging
from bot.language import detect, names_only
from bot.observability import metrics
from bot.outbox.draft import ACKNOWLEDGEMENT, Draft
from bot.outbox.enqueue import enqueue
from bot.privacy import identity, openers
from bot.privacy.masking import the_rules
from bot.records import kept
from bot.services import Services
from bot.store.contacts import meet
from bot.store.tables import Conversation, Message

log = structlog.get_logger()

ONE_THOUGHT = timedelta(seconds=30)  # bubbles this close are also screened joined
JOINED = 4  # how many earlier bubbles
SHORT = 200  # a long text stands alone
LONGEST_ID, LONGEST_ACCOUNT, LONGEST_NAME = 128, 64, 100  # characters


async def receive(services: Services, arrived: Arrived) -> bool:
    """Returns False when the message was stored before: nothing more happens then."""
    if (
        max(len(arrived.provider_id), len(arrived.message_ref)) > LONGEST_ID
        or len(arrived.account) > LONGEST_ACCOUNT
    ):
        raise Malformed("an id longer than any provider's")
    async with services.database.session() as session:
        conversation = await meet(session, services.clock, arrived.channel, arrived.address, arrived.aliases)
        private: tuple[str, ...] = ()
        if conversation.role == "patient":
            arrived, private = the_rules().message(arrived)
        message = await _store(services, session, conversation, arrived, private)
        if message is None:
            metrics.DUPLICATES.labels(channel=arrived.channel).inc()
            return False
        sign = identity.look(conversation, arrived.person, services.clock())
        _update_contact(services, conversation, arrived)
        if sign:
            await doubts.arose(services, session, conversation, sign)
        await merging.follow(services, session, conversation)
        await held.wrote(services, session, conversation, message)
        if arrived.acknowledge:
            draft = Draft(acknowledges=arrived.acknowledge)
            await enqueue(services, session, conversation, draft, ACKNOWLEDGEMENT)
        if conversation.role == "patient":
            await _screen(services, session, conversation, message)
            await _note_files(services, session, conversation, message)
        await services.jobs.answer(session, conversation.id)
    kind = (
        arrived.attachments[0].kind.value if arrived.attachments else "choice" if arrived.choice else "text"
    )
    metrics.RECEIVED.labels(channel=arrived.channel, kind=kind).inc()
    return True


async def _store(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    arrived: Arrived,
    private: Sequence[str],
) -> Message | None:
    row = {
        "conversation_id": conversation.id,
        "channel": arrived.channel.value,
        "account": arrived.account,
        "provider_id": arrived.provider_id,
        "reference": arrived.message_ref,
        "body": body_of(arrived) | ({"masked": list(private)} if private else {}),
        "attempts": 0,
        "received_at": services.clock(),
    }
    statement = (
        insert(Message).values(row).on_conflict_do_nothing(constraint="messages_once").returning(Message)
    )
    return (await session.scalars(statement)).one_or_none()


def body_of(arrived: Arrived) -> dict[str, Any]:
    """What is kept, sealed, of a message."""
    body = {
        "text": arrived.text,
        "choice": arrived.choice,
        "quoted": arrived.quoted_id,
        "edited": arrived.edited,
        "opt_out_type": arrived.opt_out_type,
        "start_payload": arrived.start_payload,
        "thread": arrived.thread,
        "attachments": [asdict(attachment) for attachment in arrived.attachments],
    }
    return {name: value for name, value in body.items() if value}


def _update_contact(services: Services, conversation: Conversation, arrived: Arrived) -> None:
    conversation.address, conversation.thread = arrived.address, arrived.thread
    conversation.last_inbound_at = services.clock()
    conversation.unreachable_at = None
    name = " ".join(arrived.sender_name.split())[:LONGEST_NAME]  # one line: it heads what a consultant reads
    conversation.name = name or conversation.name
    conversation.phone = arrived.phone or conversation.phone
    if any(one.kind is AttachmentKind.AUDIO and not one.name for one in arrived.attachments):
        conversation.voice_at = (
            services.clock()
        )  # a file with a name is music, or a recording of somebody else's
    if not conversation.language_wished:
        hint = conversation.language or arrived.language_hint[:2]
        known = hint if hint in ("es", "en") else ""
        words = "" if arrived.text.startswith("/") or joining.is_word(arrived.text) else arrived.text
        if conversation.awaiting and names_only(words):
            words = ""  # an answer such as a city, a name, a number: of any language
        conversation.language = detect(words, known or None) if words else known


async def _screen(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> None:
    """Answer a red flag there and then. Rules that fail leave the verdict open: the turn screens again."""
    text = openers.without(message.body.get("text", ""))
    called = conversation.quiet_since and services.help_coming(text)  # "I called 911", after she was told to
    try:
        verdict = (
            services.screen(text, await _recent(services, session, message)) if text and not called else None
        )
    except Exception:  # the one place where any error must not stop a message from being stored
        log.error("safety rules failed", message=message.id, exc_info=True)
        return
    message.verdict = verdict.kind.value if verdict else "none"
    if verdict is not None:
        await emergency.respond(services, session, conversation, message, verdict)


async def _note_files(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> None:
    """What came with it is fetched and looked at, whoever answers; not of somebody who is blocked."""
    if conversation.blocked_at is None and await kept.arrived(services, session, message):
        await services.jobs.fetch(session, conversation.id)


async def _recent(services: Services, session: AsyncSession, message: Message) -> list[str]:
    since = services.clock() - ONE_THOUGHT
    query = (
        select(Message)
        .where(Message.conversation_id == message.conversation_id, Message.id < message.id)
        .where(Message.received_at > since)
        .order_by(Message.id.desc())
        .limit(JOINED)
    )
    texts = [openers.without(earlier.body.get("text", "")) for earlier in (await session.scalars(query))]
    return [text for text in reversed(texts) if text and len(text) < SHORT]
