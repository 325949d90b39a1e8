"""Topics of a private Telegram chat, where BotFather's threaded mode is on (docs/adr/0019): the one that a bubble belongs in.

A consultant has one for each case whose patient writes to her, opened with the first words. What she asks is answered where
she asked; what calls her stands in the chat itself. Everybody else is written to where they wrote last.
"""

import contextlib

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from bot.channels.errors import SendError
from bot.outbox.draft import FORWARD, NOTICE
from bot.services import Services
from bot.store.tables import Conversation, Message, Send, Topic


async def thread_of(services: Services, send: Send, conversation: Conversation, header: str) -> str:
    """The provider's id of the topic, or "" for the chat itself. `header` is the bubble's: a new topic is called by it."""
    if asked_in := await _asked_in(services, send):
        return asked_in
    if conversation.role != "consultant":
        return conversation.thread
    if send.case_id is None or send.purpose not in (FORWARD.name, NOTICE.name):
        return ""
    known = await _known(services, send)
    return known or (
        await _open(services, send, conversation, header) if send.purpose == FORWARD.name else ""
    )


async def _asked_in(services: Services, send: Send) -> str:
    """Where the person wrote what this bubble answers; "" also when it answers nothing of theirs."""
    if send.answers_id is None:
        return ""
    async with services.database.session() as session:
        message = await session.get(Message, send.answers_id)
    theirs = message is not None and message.conversation_id == send.conversation_id
    return str(message.body.get("thread", "")) if message and theirs else ""


async def _known(services: Services, send: Send) -> str:
    async with services.database.session() as session:
        topic = await session.get(Topic, (send.conversation_id, send.case_id))
    return topic.thread if topic else ""


async def _open(services: Services, send: Send, conversation: Conversation, header: str) -> str:
    """A new topic, named by case and patient. Words are never kept back for want of one."""
    name = " ".join(header.split(" · ")[:2]) or f"#{send.case_id}"
    thread = ""
    with contextlib.suppress(SendError):
        thread = await services.channels[conversation.channel].open_thread(conversation.address, name)
    if thread:
        topic = insert(Topic).values(conversation_id=conversation.id, case_id=send.case_id, thread=thread)
        async with services.database.session() as session:
            await session.execute(topic.on_conflict_do_nothing())
    return thread


async def forget(services: Services, conversation: Conversation, thread: str) -> None:
    """The topic is gone (the person deleted it): the next words of its case open another."""
    async with services.database.session() as session:
        theirs = delete(Topic).where(Topic.conversation_id == conversation.id, Topic.thread == thread)
        await session.execute(theirs)
        current = await session.get_one(Conversation, conversation.id, with_for_update={"key_share": True})
        current.thread = "" if current.thread == thread else current.thread
