"""The people of Telegram: what a person can do in the app, and what her phone shows."""

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from sandbox.phone import Bubble, Phone, PhoneHolder, ShownOption, pick, typed, vcard
from sandbox.telegram_api import media, topics
from sandbox.telegram_api.chats import Chat, Json
from sandbox.telegram_api.entities import commands_of
from sandbox.telegram_api.shown import bubble_of, refresh

if TYPE_CHECKING:
    from sandbox.telegram_api.api import TelegramApi


_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


class TelegramGroup(PhoneHolder):
    """A group with the bot in it."""

    def __init__(self, api: "TelegramApi", chat: Chat) -> None:
        self._api, self.chat, self.phone = api, chat, chat.phone

    @property
    def id(self) -> int:
        return self.chat.id

    @classmethod
    async def opens(
        cls,
        api: "TelegramApi",
        title: str,
        members: Iterable["TelegramUser"],
        supergroup: bool,
        bot_is_admin: bool,
    ) -> Self:
        people = list(members)
        chat = Chat(
            _group_id(supergroup), "supergroup" if supergroup else "group", {"title": title}, open=True
        )
        chat.members = {person.id for person in people}
        chat.bot_is_admin = bot_is_admin
        api.chats.add(chat)
        group = cls(api, chat)
        membership(api, chat, people[0].json(), "left", "administrator" if bot_is_admin else "member")
        group._service(chat, people[0].json(), {"new_chat_members": [api.me]})  # Telegram tells of it twice
        return group

    async def migrate(self) -> int:
        """Become a supergroup: a new id; the old one answers 400 with migrate_to_chat_id."""
        old = self.chat
        new = Chat(_group_id(True), "supergroup", old.about, phone=old.phone, open=True)
        new.members, new.bot_is_admin = old.members, old.bot_is_admin
        sender = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
        self._service(old, sender, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self.chat = self._api.chats.add(new)
        self._service(new, sender, {"migrate_from_chat_id": old.id})
        return new.id

    async def remove_bot(self, by: "TelegramUser") -> None:
        """A member throws the bot out: it gets 403 from now on."""
        self.chat.bot_was_removed = True
        membership(self._api, self.chat, by.json(), "member", "kicked")

    def _service(self, chat: Chat, sender: Json, content: Json) -> None:
        message = self._api.chats.store(chat, {"from": sender, **content})
        self._api.updates.add("message", message, f"chat {chat.id}")


class TelegramUser(PhoneHolder):
    """A person with Telegram. Every act reaches the bot as an update; nothing waits for the bot."""

    def __init__(self, api: "TelegramApi", chat: Chat, about: Json) -> None:
        self._api, self.chat, self.phone = api, chat, chat.phone
        self._about = about

    @classmethod
    def joins(cls, api: "TelegramApi", id_: int, first_name: str, about: Mapping[str, str]) -> Self:
        names = {"first_name": first_name} | {k: about[k] for k in ("last_name", "username") if k in about}
        chat = api.chats.add(Chat(id_, "private", names))
        return cls(api, chat, {"first_name": first_name, **about})

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def toasts(self) -> list[str]:
        """Texts of answered callback queries."""
        return self.phone.toasts

    def json(self) -> Json:
        return {"id": self.id, "is_bot": False, **self._about}

    async def start(self, payload: str = "") -> Bubble:
        """Press START, perhaps from a deep link with a payload."""
        return await self.say(f"/start {payload}".strip())

    async def say(
        self, text: str, quote: Bubble | None = None, chat: TelegramGroup | None = None, topic: str = ""
    ) -> Bubble:
        """`topic`: the name of one that the chat has."""
        content: Json = {"text": typed(text)}
        if topic:
            content |= topics.place(self.chat, self._topic(topic))
        commands = commands_of(content["text"])
        return self._write(content | ({"entities": commands} if commands else {}), quote, chat)

    def add_topic(self, name: str) -> None:
        """The app opens topics of its own where the bot has threaded mode."""
        self.chat.topics[next(self.chat.numbers)] = name

    def delete_topic(self, name: str) -> None:
        del self.chat.topics[self._topic(name)]

    def _topic(self, name: str) -> int:
        return next(thread for thread, known in self.chat.topics.items() if known == name)

    async def send_photo(self, content: bytes, **how: Any) -> Bubble:
        """The `send_…` methods take content_type, name and caption, all optional."""
        return self._send_file("photo", content, **how)

    async def send_document(self, content: bytes, **how: Any) -> Bubble:
        return self._send_file("document", content, **how)

    async def send_voice(self, content: bytes, **how: Any) -> Bubble:
        return self._send_file("voice", content, **how)

    async def send_audio(self, content: bytes, **how: Any) -> Bubble:
        return self._send_file("audio", content, **how)

    async def send_video(self, content: bytes, **how: Any) -> Bubble:
        return self._send_file("video", content, **how)

    async def send_sticker(self, content: bytes, **how: Any) -> Bubble:
        return self._send_file("sticker", content, **how)

    async def send_contact(
        self, name: str, phone: str, organisation: str = "", *, own: bool = False
    ) -> Bubble:
        """A contact card; `own`: her own number, vouched for by `user_id`."""
        card = {"first_name": name, "phone_number": phone} | ({"user_id": self.id} if own else {})
        if organisation:
            card["vcard"] = vcard(name, phone, organisation)
        return self._write({"contact": card})

    async def send_location(self, latitude: float, longitude: float, label: str = "") -> Bubble:
        place = {"latitude": latitude, "longitude": longitude}
        venue = {"venue": {"location": place, "title": label, "address": label}} if label else {}
        return self._write({"location": place, **venue})

    async def tap(
        self, option: str | int, bubble: Bubble | None = None, chat: TelegramGroup | None = None
    ) -> Bubble:
        """Tap an option by title, token or place; on the newest bubble that has it, or on the one given."""
        thread = (chat or self).chat
        shown, found = _find(thread.phone, option, bubble)
        message = thread.messages[int(shown.id)]
        if "inline_keyboard" not in message.get("reply_markup", {}):
            return await self._press_key(found)
        if found.token:
            self._query(thread, message, found.token)
        return shown

    async def edit(self, bubble: Bubble, text: str) -> Bubble:
        """Change the words of her own message: the bot gets `edited_message`."""
        message = self.chat.messages[int(bubble.id)]
        message |= {"text": typed(text), "edit_date": int(self._api.clock.now().timestamp())}
        bubble.edited = True
        self.phone.reword(refresh(self._api.chats, bubble, message))
        self._api.updates.add("edited_message", dict(message), f"chat {self.id}")
        return bubble

    async def react(self, bubble: Bubble, emoji: str) -> None:
        """A reaction; sent only when the bot asked for `message_reaction` updates."""
        reaction = [{"type": "emoji", "emoji": emoji}]
        when = int(self._api.clock.now().timestamp())
        payload = {"chat": self.chat.json(), "message_id": int(bubble.id), "user": self.json(), "date": when}
        self._api.updates.add(
            "message_reaction",
            payload | {"old_reaction": [], "new_reaction": reaction},
            f"reaction {self.id}",
        )

    async def block(self) -> None:
        """Stop the bot: it is told, and gets 403 from now on."""
        self.chat.blocked = True
        self.phone.touch()
        membership(self._api, self.chat, self.json(), "member", "kicked")

    async def unblock(self) -> None:
        self.chat.blocked = False
        self.phone.touch()
        membership(self._api, self.chat, self.json(), "kicked", "member")

    def deactivate(self) -> None:
        """The account is gone: 403 user is deactivated."""
        self.chat.deactivated = True

    async def raw(self, update: Json) -> Json:
        """Inject any update; with an `update_id` it is kept, so an old one can be sent again."""
        return self._api.updates.add_raw(update)

    def _write(
        self, content: Json, quote: Bubble | None = None, group: TelegramGroup | None = None
    ) -> Bubble:
        chat = (group or self).chat
        if chat.blocked:
            raise ValueError("this person has blocked the bot")
        chat.open = True
        replied = chat.messages.get(int(quote.id)) if quote else None
        if replied is not None:
            content["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
        message = self._api.chats.store(chat, {"from": self.json(), **content})
        author = self._about["first_name"] if group else ""
        bubble = chat.phone.add(bubble_of(self._api.chats, message, mine=not group, author=author))
        if not group or self._reaches_bot(chat, message):
            self._api.updates.add(
                "message", dict(message), f"chat {chat.id}", lambda: chat.phone.mark(bubble, "read")
            )
        return bubble

    def _reaches_bot(self, chat: Chat, message: Json) -> bool:
        """Privacy mode: in a group a bot that is no administrator gets commands and answers to itself."""
        to_bot = message.get("reply_to_message", {}).get("from", {}).get("id") == self._api.me["id"]
        return chat.bot_is_admin or to_bot or message.get("text", "").startswith("/")

    def _send_file(
        self,
        kind: str,
        content: bytes,
        content_type: str = "",
        name: str = "",
        caption: str = "",
        quote: Bubble | None = None,
    ) -> Bubble:
        file_id = media.keep(self._api.chats, kind, content, content_type, name)
        words = {"caption": typed(caption)} if caption else {}
        return self._write({kind: media.described(self._api.chats, kind, file_id), **words}, quote)

    async def _press_key(self, option: ShownOption) -> Bubble:
        """A key of a reply keyboard sends its title, the own contact or the place."""
        if option.wants == "contact":
            return await self.send_contact(self._about["first_name"], "+525500000000", own=True)
        if option.wants == "location":
            return await self.send_location(32.53, -117.02)
        return await self.say(option.title)

    def _query(self, thread: Chat, message: Json, data: str) -> None:
        query_id = str(secrets.randbits(62))
        self._api.remember_tap(query_id, thread.phone)
        payload: dict[str, Any] = {
            "id": query_id,
            "from": self.json(),
            "message": dict(message),
            "chat_instance": str(thread.id * 7919),
            "data": data,
        }
        self._api.updates.add("callback_query", payload, f"callback {self.id}")


def _find(phone: Phone, option: str | int, bubble: Bubble | None) -> tuple[Bubble, ShownOption]:
    if bubble is None:
        return phone.with_option(option)
    found = pick(bubble, option)
    if found is None:
        raise LookupError(f"this bubble does not offer {option!r} but {[o.title for o in bubble.options]}")
    return bubble, found


def membership(api: "TelegramApi", chat: Chat, by: Json, old: str, new: str) -> None:
    """The my_chat_member update: the bot's own standing in a chat has changed."""

    def standing(status: str) -> Json:
        details: dict[str, Json] = {
            "kicked": {"until_date": 0},
            "administrator": dict.fromkeys(_RIGHTS, True),
        }
        return {"user": api.me, "status": status, **details.get(status, {})}

    when = int(api.clock.now().timestamp())
    payload = {"chat": chat.json(), "from": by, "date": when}
    payload |= {"old_chat_member": standing(old), "new_chat_member": standing(new)}
    api.updates.add("my_chat_member", payload, f"chat {chat.id}")


def _group_id(supergroup: bool) -> int:
    return -1_000_000_000_000 - secrets.randbelow(10**9) if supergroup else -1 - secrets.randbelow(10**9)
