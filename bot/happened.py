"""What became of one message or bubble, hop by hop, for the sandbox's page: ids, times and decisions, nobody's words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox.draft import ANNOUNCEMENT, CARD, PAGE
from bot.services import Services
from bot.store.contacts import find_conversation
from bot.store.tables import Case, Consultant, Conversation, Entry, Message, Send

type Json = dict[str, Any]

A_TURN = timedelta(seconds=5)  # a turn is noted as ended before all that it did is stored
MOST = 40  # sends, or entries of a case: more tell nobody more


async def happened(services: Services, channel: str, address: str, bubble: str) -> Json | None:
    """The life of the message behind a bubble on the phone at `address`; `bubble` is the provider's id. None: unknown.

    A bubble of the bot stands for the message that it answers; one that answers none (a reminder) for itself.
    """
    async with services.database.session() as session:
        conversation = await find_conversation(session, channel, address, ())
        if conversation is None:
            return None
        message, own = await _found(session, conversation, bubble)
        if message is None and own is None:
            return None
        answers = await _answers(session, message) if message else []
        sends = answers or ([own] if own else [])
        opened = await _opened(session, message) if message else None
        case = opened or await _case(session, sends)
        if opened:
            sends = [*answers, *await _announced(session, opened)]
        return {
            "message": _message(message, answers) if message else None,
            "sends": [await _send(session, send) for send in sends],
            "case": await _told(session, case) if case else None,
        }


async def _found(
    session: AsyncSession, conversation: Conversation, bubble: str
) -> tuple[Message | None, Send | None]:
    """The message with this id in the conversation, or the bubble and what it answers."""
    mine = select(Message).where(Message.conversation_id == conversation.id, Message.reference == bubble)
    message = (await session.scalars(mine.order_by(Message.id).limit(1))).one_or_none()
    if message is not None:
        return message, None
    ours = select(Send).where(Send.conversation_id == conversation.id, Send.provider_id == bubble)
    own = (await session.scalars(ours.order_by(Send.id).limit(1))).one_or_none()
    return (await session.get(Message, own.answers_id) if own and own.answers_id else None), own


async def _answers(session: AsyncSession, message: Message) -> list[Send]:
    query = select(Send).where(Send.answers_id == message.id).order_by(Send.id).limit(MOST)
    return list(await session.scalars(query))


async def _opened(session: AsyncSession, message: Message) -> Case | None:
    """The case that the turn of this message opened, or its screening."""
    ended = (message.answered_at or message.received_at) + A_TURN
    query = (
        select(Case)
        .where(Case.conversation_id == message.conversation_id)
        .where(Case.opened_at.between(message.received_at, ended))
    )
    return (await session.scalars(query.order_by(Case.id).limit(1))).one_or_none()


async def _case(session: AsyncSession, sends: Sequence[Send]) -> Case | None:
    number = next((send.case_id for send in sends if send.case_id), None)
    return await session.get(Case, number) if number else None


async def _announced(session: AsyncSession, case: Case) -> list[Send]:
    """What its patient was told of how the notification went."""
    query = select(Send).where(Send.case_id == case.id, Send.purpose == ANNOUNCEMENT.name)
    to_patient = query.where(Send.conversation_id == case.conversation_id, Send.answers_id.is_(None))
    return list(await session.scalars(to_patient.order_by(Send.id).limit(1)))


def _message(message: Message, answers: Sequence[Send]) -> Json:
    body = message.body
    kind = "choice" if body.get("choice") else "file" if body.get("attachments") else "text"
    why = next((send.why for send in answers if send.why), None) or {}
    return {
        "kind": kind,
        "received": message.received_at.isoformat(),
        "verdict": message.verdict,
        "masked": body.get("masked", []),
        "attempts": message.attempts,
        "answered": message.answered_at.isoformat() if message.answered_at else None,
        "keys": message.said or why.get("keys", []),
        "why": {
            name: why[name]
            for name in ("by", "rule", "command", "label", "confidence", "model")
            if name in why
        },
    }


async def _send(session: AsyncSession, send: Send) -> Json:
    to = await session.get_one(Conversation, send.conversation_id)
    return {
        "purpose": send.purpose,
        "to": await _whom(session, to),
        "channel": to.channel,
        "queued": send.created_at.isoformat(),
        "sent": send.sent_at.isoformat() if send.sent_at else None,
        "state": send.state,
        "attempts": send.attempts,
        "error": send.error,
        "provider_id": send.provider_id,
    }


async def _whom(session: AsyncSession, conversation: Conversation) -> str:
    """The office's people by name; of everybody else only the role."""
    if conversation.consultant_id is None:
        return conversation.role
    return str((await session.get_one(Consultant, conversation.consultant_id)).profile["name"])


async def _told(session: AsyncSession, case: Case) -> Json:
    offers = select(Send).where(Send.case_id == case.id, Send.purpose.in_((CARD.name, PAGE.name)))
    entries = select(Entry).where(Entry.case_id == case.id).order_by(Entry.id).limit(MOST)
    return {
        "number": case.id,
        "reason": case.reason,
        "topic": case.topic,
        "urgency": case.urgency,
        "opened": case.opened_at.isoformat(),
        "offered": [
            await _send(session, send) for send in await session.scalars(offers.order_by(Send.id).limit(MOST))
        ],
        "entries": [await _entry(session, entry) for entry in await session.scalars(entries)],
    }


async def _entry(session: AsyncSession, entry: Entry) -> Json:
    who = await session.get_one(Consultant, entry.consultant_id) if entry.consultant_id else None
    return {"kind": entry.kind, "at": entry.at.isoformat(), "by": who.profile["name"] if who else ""}
