"""A consultant's voice note of an answer is fetched from its provider, looked at and kept; she is told how it went."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import Rejected, SendError
from bot.desk import roster
from bot.desk.tell import tell
from bot.dialogue.say import Say
from bot.duty import duty
from bot.outbox.files import attachment_of
from bot.services import Services
from bot.store import audit
from bot.store.tables import Conversation, Message, Recording, RecordingWish
from bot.voice.ogg import NotVoice, seconds
from bot.voice.recordings import is_current

log = structlog.get_logger()

LEASE = timedelta(minutes=2)  # a worker that has not answered for it by then is dead
ATTEMPTS = 6


async def take_in(services: Services, conversation_id: UUID) -> None:
    """Fetch and keep the voice note that is due in this chat, if one is."""
    async with services.database.only_one(f"voice:{conversation_id}"):
        found = await _due(services, conversation_id)
        if found is None:
            return
        wish, message = found
        try:
            content = await services.channels[message.channel].fetch(attachment_of(message, 0))
            played = await asyncio.to_thread(seconds, content)
        except NotVoice as refused:
            await _again(services, wish, f"desk.voice.{refused.reason}")
        except SendError as error:
            log.warning("voice note not fetched", error=type(error).__name__, code=error.code)
            await _later(services, wish, isinstance(error, Rejected) or wish.attempts >= ATTEMPTS)
        except Exception:
            log.error("voice note not taken in", attempt=wish.attempts, exc_info=True)
            await _later(services, wish, wish.attempts >= ATTEMPTS)
        else:
            await _keep(services, wish, content, played)


@duty(lambda now: select(RecordingWish).where(RecordingWish.fetch_at <= now - timedelta(seconds=2)))
async def fetch_recordings(services: Services, session: AsyncSession) -> None:
    """What a dead worker left, and what its provider did not give the first time."""
    for wish in (await session.scalars(fetch_recordings.due(services.clock()))).all():
        await services.jobs.fetch(session, wish.conversation_id)


@duty(lambda now: select(RecordingWish).where(RecordingWish.until <= now, RecordingWish.fetch_at.is_(None)))
async def forget_unrecorded(services: Services, session: AsyncSession) -> None:
    """Those that nobody followed."""
    unfollowed = forget_unrecorded.due(services.clock()).with_for_update(skip_locked=True)
    for wish in (await session.scalars(unfollowed)).all():
        await session.delete(wish)


async def _due(services: Services, conversation_id: UUID) -> tuple[RecordingWish, Message] | None:
    """With the attempt counted, committed before anything is tried."""
    async with services.database.session() as session:
        wish = await session.get(RecordingWish, conversation_id, with_for_update={"key_share": True})
        if wish is None or wish.fetch_at is None or wish.fetch_at > services.clock():
            return None
        message = await session.get(Message, wish.message_id) if wish.message_id else None
        if message is None:
            await session.delete(wish)
            return None
        wish.attempts += 1
        wish.fetch_at = services.clock() + LEASE
    return wish, message


async def _keep(services: Services, wish: RecordingWish, content: bytes, played: int) -> None:
    """In place of the one before, whoever read that."""
    async with services.database.session() as session:
        chat = await _done(session, wish)
        if chat is None or chat.consultant_id is None:
            return
        before = (Recording.label == wish.label, Recording.language == wish.language)
        await session.execute(delete(Recording).where(*before))
        recording = Recording(
            label=wish.label,
            language=wish.language,
            mark=wish.mark,
            consultant_id=chat.consultant_id,
            content=content,
            seconds=played,
            recorded_at=services.clock(),
        )
        session.add(recording)
        audit.record(session, services.clock, "recorded", who=chat.consultant_id)
        await _tell(services, session, chat, "desk.voice.kept", recording)


async def _done(session: AsyncSession, wish: RecordingWish) -> Conversation | None:
    """The chat, with its wish gone; None when another note was sent meanwhile, or she has left."""
    current = await session.get(RecordingWish, wish.conversation_id, with_for_update={"key_share": True})
    if current is None or current.message_id != wish.message_id:
        return None
    await session.delete(current)
    return await session.get_one(Conversation, wish.conversation_id)


async def _again(services: Services, wish: RecordingWish, key: str) -> None:
    """It was no voice note: another one is still awaited."""
    async with services.database.session() as session:
        current = await session.get(RecordingWish, wish.conversation_id, with_for_update={"key_share": True})
        if current is None or current.message_id != wish.message_id:
            return
        current.message_id = current.fetch_at = None
        await _tell(services, session, await session.get_one(Conversation, wish.conversation_id), key)


async def _later(services: Services, wish: RecordingWish, never: bool) -> None:
    """Asked for again, unless it will never be had: then she is told."""
    async with services.database.session() as session:
        if not never:
            kept = await session.get(RecordingWish, wish.conversation_id, with_for_update={"key_share": True})
            if kept is not None and kept.message_id == wish.message_id:
                kept.fetch_at = services.clock() + timedelta(seconds=2.0**wish.attempts)
            return
        chat = await _done(session, wish)
        if chat is not None:
            await _tell(services, session, chat, "desk.voice.lost")


async def _tell(
    services: Services,
    session: AsyncSession,
    chat: Conversation,
    key: str,
    recording: Recording | None = None,
) -> None:
    person = await roster.colleague(services, session, chat.consultant_id) if chat.consultant_id else None
    if person is None:
        return
    values = {}
    if recording is not None:
        values = {"title": title_of(services, recording, person.language), "length": length_of(recording)}
    await tell(services, session, person, [Say(key, values)], chat)


async def every(session: AsyncSession) -> Sequence[Recording]:
    return (
        await session.scalars(select(Recording).order_by(Recording.label, Recording.language.desc()))
    ).all()


async def outdated(services: Services, session: AsyncSession, consultant_id: UUID) -> list[Recording]:
    """Hers that are not played any more and that she has not been told of; from here on she has."""
    query = select(Recording).where(Recording.consultant_id == consultant_id, Recording.told_at.is_(None))
    found = [one for one in await session.scalars(query) if not is_current(services, one)]
    for one in found:
        one.told_at = services.clock()
    return found


def title_of(services: Services, recording: Recording, language: str) -> str:
    """`Horario (español)`."""
    shown = services.texts.word("language", recording.language, language)
    values = {"title": services.texts.title(recording.label, language), "language": shown}
    return services.texts.render("desk.voice.title", language, values, services.office, services.real).text


def length_of(recording: Recording) -> str:
    """`0:42`."""
    return f"{recording.seconds // 60}:{recording.seconds % 60:02}"
