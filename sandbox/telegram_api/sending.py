"""Methods that put a new message into a chat."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from sandbox.telegram_api import entities, keyboards, media, topics
from sandbox.telegram_api.chats import Chat, Json
from sandbox.telegram_api.errors import bad_request
from sandbox.telegram_api.parameters import Parameters
from sandbox.telegram_api.shown import FILES

if TYPE_CHECKING:
    from sandbox.telegram_api.api import TelegramApi

MOST_TEXT = 4096
_MOST_CAPTION = 1024
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
}


def readable(parameters: Parameters, field: str, most: int) -> Json:
    """`text` or `caption` and its entities, within `most` characters after parsing."""
    prefix = "caption_" if field == "caption" else ""
    given = parameters.json(f"{prefix}entities")
    text, found = entities.parse(parameters.text(field), parameters.text("parse_mode"), given)
    if entities.utf16_length(text) > most:
        raise bad_request("message is too long" if field == "text" else "message caption is too long")
    return {field: text} | ({f"{prefix}entities": found} if found else {})


async def send_message(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    content = readable(parameters, "text", MOST_TEXT)
    if not content["text"]:
        raise bad_request("message text is empty")
    return _send(api, chat, parameters, content)


def file_sender(kind: str) -> Callable[["TelegramApi", Parameters], Awaitable[Any]]:
    """The method sendPhoto, sendDocument … for one kind of file."""

    async def send_file(api: "TelegramApi", parameters: Parameters) -> Any:
        chat = api.chats.writable(parameters.text("chat_id"))
        caption = readable(parameters, "caption", _MOST_CAPTION) if "caption" in parameters else {}
        file_id = await media.take(api.chats, api.http, parameters, kind)
        return _send(api, chat, parameters, {kind: media.described(api.chats, kind, file_id), **caption})

    return send_file


async def send_location(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    place = {"latitude": parameters.decimal("latitude"), "longitude": parameters.decimal("longitude")}
    return _send(api, chat, parameters, {"location": place})


async def send_contact(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    if "phone_number" not in parameters or "first_name" not in parameters:
        raise bad_request("phone number and first name must be non-empty")
    card = {
        name: parameters.text(name)
        for name in ("phone_number", "first_name", "last_name")
        if name in parameters
    }
    return _send(api, chat, parameters, {"contact": card})


async def copy_message(api: "TelegramApi", parameters: Parameters) -> Any:
    """Copies without a link to the original; a caption given replaces the old one."""
    chat = api.chats.writable(parameters.text("chat_id"))
    source = api.chats.known(parameters.text("from_chat_id"))
    original = source.messages.get(parameters.number("message_id") or 0)
    if original is None:
        raise bad_request("message to copy not found")
    kept = {"text", "entities", "caption", "caption_entities", "location", "contact", *FILES}
    content = {name: value for name, value in original.items() if name in kept}
    if "caption" in parameters:
        content |= readable(parameters, "caption", _MOST_CAPTION)
    return {"message_id": _send(api, chat, parameters, content)["message_id"]}


async def send_chat_action(api: "TelegramApi", parameters: Parameters) -> Any:
    chat = api.chats.writable(parameters.text("chat_id"))
    if parameters.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    api.shows_typing(chat)
    return True


def _send(api: "TelegramApi", chat: Chat, parameters: Parameters, content: Json) -> Json:
    markup = keyboards.check(parameters.json("reply_markup") or {})
    content = {"from": api.me, **content, **topics.place(chat, parameters.number("message_thread_id"))}
    if "inline_keyboard" in markup:
        content["reply_markup"] = markup
    replied = _replied(chat, parameters)
    if replied is not None:
        content["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
    if api.natural_limits:
        api.chats.count_send(chat)
    return api.post(chat, content, keyboards.options(markup))


def _replied(chat: Chat, parameters: Parameters) -> Json | None:
    """The message answered to; 400 when it is gone, unless the caller allows that."""
    told = parameters.json("reply_parameters") or {}
    number = int(told.get("message_id") or parameters.number("reply_to_message_id") or 0)
    lenient = told.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply")
    found = chat.messages.get(number)
    if number and found is None and not lenient:
        raise bad_request("message to be replied not found")
    return found
