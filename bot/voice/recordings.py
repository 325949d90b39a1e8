"""Recordings: one for an answer and a language, good for the very words that were read; and who is played one.

A recording keeps a mark of the words. An answer that reads otherwise by now (its text was changed, or a fact in it) has
another mark: then the recording is not played.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.dialogue.say import Say
from bot.outbox.draft import Draft
from bot.services import Services
from bot.store.tables import Conversation, Recording
from bot.voice.remembered import REMEMBERED


def key_of(label: str) -> str:
    return f"answer.{label}"


def is_whole(services: Services, label: str) -> bool:
    """Whether every fact of an answer may be said here: else it reads otherwise than it was written."""
    entry = services.texts.entry(key_of(label))
    return entry is not None and entry.facts <= services.office.facts(services.real).keys()


def words_of(services: Services, label: str, language: str) -> str:
    """An answer as it is said here and now."""
    return services.texts.render(key_of(label), language, {}, services.office, services.real).text


def mark_of(words: str) -> str:
    """16 hexadecimal digits by which the words are known again."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def is_current(services: Services, recording: Recording) -> bool:
    """Whether the answer still reads as it was read."""
    known = services.texts.has(key_of(recording.label)) and is_whole(services, recording.label)
    return known and mark_of(words_of(services, recording.label, recording.language)) == recording.mark


async def of_answer(session: AsyncSession, label: str) -> Sequence[Recording]:
    """Those of an answer, Spanish first."""
    query = select(Recording).where(Recording.label == label).order_by(Recording.language.desc())
    return (await session.scalars(query)).all()


async def to_play(
    services: Services, session: AsyncSession, conversation: Conversation, says: Sequence[Say], language: str
) -> Recording | None:
    """What a patient who writes by voice is played after a reply: the recording of the one answer that it consists of."""
    heard = conversation.voice_at
    if heard is None or services.clock() - heard > REMEMBERED or conversation.quiet_since:
        return None
    if len(says) != 1 or not says[0].key.startswith(key_of("")) or conversation.role != "patient":
        return None
    label = says[0].key.removeprefix(key_of(""))
    query = select(Recording).where(Recording.label == label, Recording.language == language)
    recording = (await session.scalars(query)).one_or_none()
    return recording if recording and is_current(services, recording) else None


def with_voice(services: Services, draft: Draft, language: str) -> Draft:
    """The bubble before a recording: it says that the voice is read from this text, so that nobody takes it for a call."""
    line = services.texts.render("voice.follows", language, {}, services.office, services.real).text
    return replace(draft, text=f"{draft.text}\n\n{line}")
