"""Methods that change what is in a chat already, and the answer to a tapped button."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.telegram_api import keyboards
from sandbox.telegram_api.chats import Chat, Json
from sandbox.telegram_api.errors import bad_request
from sandbox.telegram_api.parameters import Parameters
from sandbox.telegram_api.sending import MOST_TEXT, readable

if TYPE_CHECKING:
    from sandbox.telegram_api.api import TelegramApi

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_QUERY_LIFE = timedelta(seconds=150)
_DELETABLE = timedelta(hours=48)


async def edit_message_text(api: "TelegramApi", parameters: Parameters) -> Any:
    chat, message = _own(api, parameters)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = readable(parameters, "text", MOST_TEXT)
    if not content["text"]:
        raise bad_request("message text is empty")
    return _apply(api, chat, message, {"entities": []} | content, parameters)


async def edit_message_reply_markup(api: "TelegramApi", parameters: Parameters) -> Any:
    chat, message = _own(api, parameters)
    return _apply(api, chat, message, {}, parameters)


async def delete_message(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    message = chat.messages.get(parameters.number("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if api.clock.now().timestamp() - message["date"] > _DELETABLE.total_seconds():
        raise bad_request("message can't be deleted")
    del chat.messages[message["message_id"]]
    api.unshow(chat, message)
    return True


async def answer_callback_query(api: "TelegramApi", parameters: Parameters) -> Any:
    """The text becomes a toast on the phone; 400 when the tap is older than 150 s or unknown."""
    if len(parameters.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = api.taps.get(parameters.text("callback_query_id"))
    if tap is None or api.clock.now() - tap.at > _QUERY_LIFE:
        raise bad_request(_TOO_OLD)
    tap.answered = True
    if "text" in parameters:
        tap.phone.toasts.append(parameters.text("text"))
    tap.phone.touch()
    return True


def _own(api: "TelegramApi", parameters: Parameters) -> tuple[Chat, Json]:
    chat = api.chats.writable(parameters.text("chat_id"))
    message = chat.messages.get(parameters.number("message_id") or 0)
    if message is None:
        raise bad_request("message to edit not found")
    if message.get("from", {}).get("id") != api.me["id"]:
        raise bad_request("message can't be edited")
    return chat, message


def _apply(api: "TelegramApi", chat: Chat, message: Json, content: Json, parameters: Parameters) -> Json:
    """Edit in place. Without reply_markup the keyboard goes away, as on Telegram."""
    given = parameters.json("reply_markup")
    markup = keyboards.check(given) if given else {}
    if not markup.get("inline_keyboard"):
        markup = {}
    wording = {name: message.get(name, []) for name in content} == content
    if wording and message.get("reply_markup", {}) == markup:
        raise bad_request(_NOT_MODIFIED)
    message.update(content, edit_date=int(api.clock.now().timestamp()))
    message.pop("reply_markup", None)
    if markup:
        message["reply_markup"] = markup
    api.reshow(chat, message, reworded=not wording)
    return message
