"""The chats that the bot is in, their messages and the files in them."""

import itertools
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.phone import Phone
from sandbox.telegram_api.errors import ApiError, bad_request, forbidden, too_many_requests
from sandbox.telegram_api.numbers import first_number

type Json = dict[str, Any]


@dataclass(slots=True)
class StoredFile:
    content: bytes
    content_type: str
    name: str
    path: str  # after /file/bot<token>/
    unique_id: str


@dataclass(slots=True)
class Chat:
    """A private chat (id = the person's id) or a group (negative id). `messages`: message id → Bot API message."""

    id: int
    kind: str  # private, group, supergroup
    about: Json  # the fields of the Chat object besides id and type
    phone: Phone = field(default_factory=Phone)
    messages: dict[int, Json] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    open: bool = False  # the bot may write: the person has written, the group has added it
    bot_was_removed: bool = False
    bot_is_admin: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    topics: dict[int, str] = field(default_factory=dict)  # of a private chat: thread id → name
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(first_number()))
    recent_sends: deque[datetime] = field(default_factory=lambda: deque(maxlen=20))

    def json(self) -> Json:
        return {"id": self.id, "type": self.kind, **self.about}


class Chats:
    """Finds chats, decides whether the bot may write, keeps messages and files."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.all: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}  # by file id
        # Private chats and basic groups share one, supergroups have their own.
        self._numbers = itertools.count(first_number())
        self._file_numbers = itertools.count(1)

    def add(self, chat: Chat) -> Chat:
        if chat.kind != "supergroup":
            chat.numbers = self._numbers
        self.all[chat.id] = chat
        return chat

    def writable(self, chat_id: str) -> Chat:
        """The chat a bot may write to; otherwise the error that Telegram gives."""
        chat = self.known(chat_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if chat.bot_was_removed:
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if not chat.open and self._met_in_a_group(chat.id):
            raise forbidden("bot can't initiate conversation with a user")
        if not chat.open:
            raise bad_request("chat not found")
        return chat

    def known(self, chat_id: str) -> Chat:
        """The chat by id, whatever its state; 400 when there is none or it has moved."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self.all.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            detail = "group chat was upgraded to a supergroup chat"
            raise ApiError(400, detail, {"migrate_to_chat_id": chat.migrated_to})
        return chat

    def _met_in_a_group(self, person_id: int) -> bool:
        return any(person_id in chat.members for chat in self.all.values())

    def count_send(self, chat: Chat) -> None:
        """The natural limits: about 1 a second in a chat, 20 a minute in a group; else 429."""
        now = self._clock.now()
        ages = [(now - sent).total_seconds() for sent in chat.recent_sends]
        if ages and ages[-1] < 1:
            raise too_many_requests(1)
        if chat.kind != "private" and len(ages) == 20 and ages[0] < 60:
            raise too_many_requests(max(1, round(60 - ages[0])))
        chat.recent_sends.append(now)

    def store(self, chat: Chat, message: Json) -> Json:
        """Give a message its number, date and chat, and keep it."""
        number = next(chat.numbers)
        stamp = int(self._clock.now().timestamp())
        stored = {"message_id": number, "date": stamp, "chat": chat.json(), **message}
        chat.messages[number] = stored
        return stored

    def keep_file(self, content: bytes, content_type: str, name: str, folder: str) -> str:
        """Keep a file; its id. The path is that of `getFile`: folder/file_N.ext."""
        number = next(self._file_numbers)
        suffix = "." + name.rsplit(".", 1)[-1] if "." in name else ""
        path = f"{folder}/file_{number}{suffix}"
        file_id = "BQAC" + secrets.token_urlsafe(40)
        self.files[file_id] = StoredFile(content, content_type, name, path, "AgAD" + secrets.token_urlsafe(8))
        return file_id

    def file_at(self, path: str) -> StoredFile | None:
        return next((f for f in self.files.values() if f.path == path), None)
