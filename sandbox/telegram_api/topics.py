"""Topics of private chats (Bot API 9.3 and 9.4); forum groups are not emulated."""

from typing import TYPE_CHECKING, Any

from sandbox.telegram_api.chats import Chat, Json
from sandbox.telegram_api.errors import bad_request
from sandbox.telegram_api.parameters import Parameters

if TYPE_CHECKING:
    from sandbox.telegram_api.api import TelegramApi

MOST_NAME = 128  # characters


async def create_forum_topic(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    name = parameters.text("name")
    if not 1 <= len(name) <= MOST_NAME:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    if chat.kind != "private":
        raise bad_request("the chat is not a forum")
    if not api.topics_enabled:
        raise bad_request("BOT_FORUM_CREATE_FORBIDDEN")
    created = api.chats.store(chat, {"from": api.me, "forum_topic_created": {"name": name}})
    thread = int(created["message_id"])
    chat.topics[thread] = name
    return {"message_thread_id": thread, "name": name, "icon_color": 7322096}


def place(chat: Chat, thread: int | None) -> Json:
    """The fields of a message that stands in this topic; 400 when there is no such topic."""
    if thread is None:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}
