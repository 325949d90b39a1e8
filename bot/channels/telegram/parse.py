"""Telegram's updates, read (https://core.telegram.org/bots/api#update). Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import ChannelName, Event, Ignored, Message, Moved, Reachability
from bot.channels.errors import Malformed
from bot.channels.reading import clean
from bot.channels.telegram.attachments import attachments, is_service, own_phone

Fields = Mapping[str, Any]

# What setWebhook and getUpdates ask for. Reactions are not among them: they need an administrator.
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")

_REASONS = {  # kinds that may come all the same, each a fixed word
    "channel_post": "channel",
    "edited_channel_post": "channel",
    "message_reaction": "reaction",
    "message_reaction_count": "reaction",
    "poll": "poll",
    "poll_answer": "poll",
    "inline_query": "inline",
    "chosen_inline_result": "inline",
    "chat_member": "member",
    "chat_join_request": "member",
    "business_connection": "business",
    "business_message": "business",
    "edited_business_message": "business",
    "deleted_business_messages": "business",
}


def parse_update(update: object, bot_id: int | str) -> Event:
    """The event in an update: `Message`, `Reachability`, `Moved`, or `Ignored` with the reason.

    Raises Malformed for anything that is no dictionary with an integer `update_id`.
    """
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise Malformed("an update without update_id")
    for kind, read in _READERS.items():
        if isinstance(update.get(kind), dict):
            return read(update[kind], update["update_id"], str(bot_id))
    reasons = (reason for kind, reason in _REASONS.items() if kind in update)
    return _ignored(next(reasons, "unknown"))


def _message(message: Fields, update_id: int, account: str, edited: bool = False) -> Event:
    chat, sender = _dict(message, "chat"), _dict(message, "from")
    if moved := _moved(message, chat):
        return moved
    if reason := _not_for_us(message, chat, sender, edited):
        return _ignored(reason)
    text = clean(message.get("text")) or clean(message.get("caption"))
    found = attachments(message)
    if not text and not found:
        return _ignored("service" if is_service(message) else "empty")
    return Message(
        channel=ChannelName.TELEGRAM,
        account=account,
        provider_id=_provider_id(update_id, message),
        address=str(chat["id"]),
        text=text,
        phone=own_phone(message),
        sender_name=_name(sender),
        language_hint=clean(sender.get("language_code")),
        attachments=found,
        message_ref=_reference(message),
        quoted_id=_reference(_dict(message, "reply_to_message")),
        sent_at=_moment(message.get("edit_date") if edited else message.get("date")),
        edited=edited,
        start_payload=_start_payload(text),
        thread=_thread(message),
    )


def _edited_message(message: Fields, update_id: int, account: str) -> Event:
    return _message(message, update_id, account, edited=True)


def _callback_query(query: Fields, update_id: int, account: str) -> Event:
    """A tapped button in a private chat: in a group there are none of ours.

    The bubble that carried the button is `quoted_id`: too old ones come without text, but with chat and id.
    """
    carrier, sender = _dict(query, "message"), _dict(query, "from")
    chat, choice = _dict(carrier, "chat"), clean(query.get("data"))
    chat_id = chat.get("id")
    if chat_id is None or not choice:
        return _ignored("inline")  # a button under an inline message or a game: not ours
    if chat.get("type") != "private":
        return _ignored("group")
    return Message(
        channel=ChannelName.TELEGRAM,
        account=account,
        provider_id=_provider_id(update_id, carrier),
        address=str(chat_id),
        sender_name=_name(sender),
        language_hint=clean(sender.get("language_code")),
        choice=choice,
        acknowledge=clean(query.get("id")),
        message_ref=_reference(carrier),
        quoted_id=_reference(carrier),
        thread=_thread(carrier),
    )


def _my_chat_member(change: Fields, update_id: int, account: str) -> Event:
    """In a private chat: the person blocked the bot ("kicked") or started it again ("member"). In a group: it was removed,
    or added."""
    chat, status = _dict(change, "chat"), _dict(change, "new_chat_member").get("status")
    if chat.get("type") == "channel":
        return _ignored("channel")
    if status is None or "id" not in chat:
        return _ignored("member")
    reachable, group = status not in {"kicked", "left"}, chat.get("type") != "private"
    return Reachability(ChannelName.TELEGRAM, account, str(update_id), str(chat["id"]), reachable, group)


_READERS = {
    "message": _message,
    "edited_message": _edited_message,
    "callback_query": _callback_query,
    "my_chat_member": _my_chat_member,
}


def _moved(message: Fields, chat: Fields) -> Moved | None:
    """A group became a supergroup; both chats say so, each naming the other."""
    here, new, old = chat.get("id"), message.get("migrate_to_chat_id"), message.get("migrate_from_chat_id")
    if here is not None and new is not None:
        return Moved(ChannelName.TELEGRAM, str(here), str(new))
    if here is not None and old is not None:
        return Moved(ChannelName.TELEGRAM, str(old), str(here))
    return None


def _not_for_us(message: Fields, chat: Fields, sender: Fields, edited: bool) -> str:
    if "id" not in chat:
        return "unknown"
    if chat.get("type") != "private":
        return "group"
    if sender.get("is_bot") is True:
        return "bot"
    if edited and "location" in message:
        return "live_location"  # moves every few seconds, for up to eight hours
    return ""


def _provider_id(update_id: int, message: Fields) -> str:
    """Telegram repeats an update under its `update_id`, but after a quiet week it numbers on from anywhere.

    The message's own id makes the pair unique for good.
    """
    return f"{update_id}-{_reference(message) or 0}"


def _reference(message: Fields) -> str:
    """The message's id within its chat; "0" is a message that Telegram has no id for."""
    message_id = message.get("message_id")
    return str(message_id) if isinstance(message_id, int) and message_id else ""


def _thread(message: Fields) -> str:
    """The topic of a private chat. (A group's replies have a thread as well, which is no topic.)"""
    number = message.get("message_thread_id")
    topic = message.get("is_topic_message") is True and _dict(message, "chat").get("type") == "private"
    return str(number) if topic and type(number) is int else ""


def _name(sender: Fields) -> str:
    return " ".join(filter(None, (clean(sender.get("first_name")), clean(sender.get("last_name")))))


def _start_payload(text: str) -> str:
    """What a deep link carried (https://core.telegram.org/bots/features#deep-linking)."""
    command, _, payload = text.partition(" ")
    return payload.strip() if command == "/start" or command.startswith("/start@") else ""


def _moment(seconds: object) -> datetime | None:
    if type(seconds) is not int or not 0 < seconds < 2**33:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _dict(fields: Fields, key: str) -> Fields:
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def _ignored(reason: str) -> Ignored:
    return Ignored(ChannelName.TELEGRAM, reason)
