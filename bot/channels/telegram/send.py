"""The Telegram channel: one bubble, one call of the Bot API, through python-telegram-bot's `Bot`."""

import contextlib
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from telegram import Bot, BotCommand, InputFile, Message
from telegram.constants import ForumTopicLimit, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.base import Attachment, Bubble, ChannelName, File, Limits, Receipt
from bot.channels.errors import OutcomeUnknown, Rejected, Unavailable
from bot.channels.telegram import errors, outgoing
from bot.channels.telegram.parse import KINDS

DOWNLOAD_LIMIT = 20 * 1000 * 1000  # bytes, https://core.telegram.org/bots/api#getfile
_CONNECT_SECONDS, _SECONDS, _UPLOAD_SECONDS = 5.0, 10.0, 60.0


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    token: str = field(repr=False)
    api_base: str = "https://api.telegram.org"


class Telegram:
    name: ChannelName = ChannelName.TELEGRAM
    limits: Limits = Limits(
        text=outgoing.TEXT_LIMIT,
        text_with_options=outgoing.TEXT_LIMIT,
        options=outgoing.BUTTONS,
        caption=outgoing.CAPTION_LIMIT,
        file_bytes=outgoing.FILE_BYTES,
        can_edit=True,
        can_quote=True,
    )

    def __init__(self, settings: TelegramSettings) -> None:
        base = settings.api_base.rstrip("/")
        self._request = HTTPXRequest(
            connection_pool_size=64,
            connect_timeout=_CONNECT_SECONDS,
            pool_timeout=_CONNECT_SECONDS,
            read_timeout=_SECONDS,
            write_timeout=_SECONDS,
            media_write_timeout=_UPLOAD_SECONDS,
        )
        self._bot = Bot(settings.token, f"{base}/bot", f"{base}/file/bot", request=self._request)
        self.bot_id = settings.token.partition(":")[0]
        self._has_threads: bool | None = None
        self._link = ""

    async def send(self, address: str, bubble: Bubble, reference: str) -> Receipt:
        """Hand over one bubble. Telegram has no place for `reference`; the receipt holds the message's id.

        A bubble that `acknowledges` only answers the callback query. One that `replaces` edits in place, and
        is sent anew when the old one cannot be edited any more.
        """
        try:
            if bubble.acknowledges:
                return await self._acknowledge(bubble)
            if bubble.replaces.isdecimal() and (edited := await self._edit(address, bubble)):
                return edited
            sent = await self._in_its_thread(address, bubble)
        except TelegramError as error:
            raise errors.named(error) from None
        return Receipt(str(sent.message_id), _thread(sent))

    async def find_sent(
        self, address: str, bubble: Bubble, since: datetime, besides: Collection[str] = ()
    ) -> Receipt | None:
        """Always raises OutcomeUnknown: the Bot API cannot be asked what it sent."""
        raise OutcomeUnknown("no_lookup", "Telegram")

    async def open_thread(self, address: str, name: str) -> str:
        """A topic in a private chat (Bot API 9.4). "" unless BotFather's threaded mode is on: asked once, by getMe."""
        if self._has_threads is None:
            me = await _granted(self._bot.get_me())
            self._has_threads = bool(me.has_topics_enabled)
        if not self._has_threads:
            return ""
        topic = await _granted(self._bot.create_forum_topic(address, name[: ForumTopicLimit.MAX_NAME_LENGTH]))
        return str(topic.message_thread_id)

    async def fetch(self, attachment: Attachment) -> bytes:
        """The content of an inbound file. Raises Rejected when it is gone, or over 20 MB (getFile)."""
        if not attachment.reference:
            raise Rejected("media", "no file")
        if (attachment.size or 0) > DOWNLOAD_LIMIT:
            raise Rejected("media", f"over {DOWNLOAD_LIMIT} bytes")
        try:
            file = await self._bot.get_file(attachment.reference)
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            named = errors.named(error)
            if isinstance(named, OutcomeUnknown):  # nothing was sent: it can be asked for again
                named = Unavailable(named.code, named.detail)
            raise named from None

    async def erase_copies(self, addresses: Collection[str], others: Collection[str] = ()) -> bool:
        """Nothing to do: the Bot API deletes only what is under 48 hours old, and on the person's own phone too."""
        return True

    async def close(self) -> None:
        await self._request.shutdown()

    async def leave(self, group: str, words: str) -> None:
        """Say a last line in a group and leave it; leave also where the line cannot be said. Raises a SendError when Telegram
        does not let the bot go."""
        with contextlib.suppress(TelegramError):
            await self._bot.send_message(group, words)
        await _granted(self._bot.leave_chat(group))

    async def link(self) -> str:
        """Where a person finds the bot: https://t.me/<name>. Asked once."""
        if not self._link:
            self._link = f"https://t.me/{await self.get_me()}"
        return self._link

    async def get_me(self) -> str:
        """The bot's user name, for links (https://t.me/<name>). Raises BadConfig when the token is wrong."""
        me = await _granted(self._bot.get_me())
        return str(me.username)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to `url`, with `secret` in a header (1 to 256 of A–Z a–z 0–9 _ -)."""
        await _granted(self._bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS))

    async def delete_webhook(self) -> None:
        """Updates not yet delivered are kept for the poller."""
        await _granted(self._bot.delete_webhook(drop_pending_updates=False))

    async def set_commands(self, commands: Sequence[tuple[str, str]], language: str = "") -> None:
        """The menu beside the text field: names and descriptions, in one language ("es") or the rest ("")."""
        menu = [BotCommand(name, description) for name, description in commands]
        await _granted(self._bot.set_my_commands(menu, language_code=language or None))

    async def _in_its_thread(self, address: str, bubble: Bubble) -> Message:
        """The words arrive even when the person has deleted the topic."""
        try:
            return await self._sent(address, bubble)
        except BadRequest as error:
            if not bubble.thread or not errors.says(error, "message thread not found", "topic_"):
                raise
        return await self._sent(address, replace(bubble, thread=""))

    async def _sent(self, address: str, bubble: Bubble) -> Message:
        if bubble.file:
            return await self._file(address, bubble, bubble.file)
        return await self._text(address, bubble)

    async def _acknowledge(self, bubble: Bubble) -> Receipt:
        toast = bubble.text[: outgoing.TOAST_LIMIT] or None
        try:
            await self._bot.answer_callback_query(bubble.acknowledges, text=toast)
        except BadRequest as error:
            if not errors.says(error, "query is too old", "query id is invalid", "query_id_invalid"):
                raise
        return Receipt("")

    async def _edit(self, address: str, bubble: Bubble) -> Receipt | None:
        """The receipt, or None when this bubble cannot be edited: deleted, too old, or one of them is a file."""
        if bubble.file:
            return None
        arguments = outgoing.text_arguments() | outgoing.common_arguments(bubble)
        for not_edited in ("reply_parameters", "message_thread_id"):
            arguments.pop(not_edited, None)
        target = {"chat_id": address, "message_id": int(bubble.replaces)}
        try:
            await self._formatted(self._bot.edit_message_text, bubble, "text", target | arguments)
        except BadRequest as error:
            if errors.says(error, "message is not modified"):
                return Receipt(bubble.replaces)
            if errors.says(error, "message to edit not found", "can't be edited", "no text in the message"):
                return None
            raise
        return Receipt(bubble.replaces)

    async def _text(self, address: str, bubble: Bubble) -> Message:
        if not outgoing.plain_of(bubble):
            raise Rejected("empty", "nothing to send")
        arguments = {"chat_id": address} | outgoing.text_arguments() | outgoing.common_arguments(bubble)
        sent: Message = await self._formatted(self._bot.send_message, bubble, "text", arguments)
        return sent

    async def _file(self, address: str, bubble: Bubble, file: File) -> Message:
        method, argument = outgoing.file_method(file)
        arguments = {"chat_id": address} | outgoing.common_arguments(bubble)
        try:
            return await self._upload(method, argument, file, bubble, arguments)
        except BadRequest as error:
            if argument != "photo" or not errors.says(error, "photo_", "image_process"):
                raise
        return await self._upload("send_document", "document", file, bubble, arguments)

    async def _upload(
        self, method: str, argument: str, file: File, bubble: Bubble, arguments: dict[str, Any]
    ) -> Message:
        content = InputFile(file.content, filename=file.name or None)
        call = getattr(self._bot, method)
        sent: Message
        if argument == "sticker" or not outgoing.plain_of(bubble):
            sent = await call(**arguments, **{argument: content})
        else:
            sent = await self._formatted(call, bubble, "caption", arguments | {argument: content})
        return sent

    async def _formatted(self, call: Any, bubble: Bubble, words: str, arguments: dict[str, Any]) -> Any:
        """The call with HTML, and without it when Telegram cannot read ours: plain words beat none."""
        try:
            return await call(**arguments, **{words: outgoing.html_of(bubble)}, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if not errors.says(error, "can't parse entities"):
                raise
        return await call(**arguments, **{words: outgoing.plain_of(bubble)})


async def _granted[T](call: Awaitable[T]) -> T:
    try:
        return await call
    except TelegramError as error:
        raise errors.named(error) from None


def _thread(message: Message) -> str:
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""
