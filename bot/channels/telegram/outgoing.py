"""A bubble in the shape that the Bot API takes (https://core.telegram.org/bots/api#sendmessage). Pure."""

from collections.abc import Sequence
from html import escape
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from bot.channels.base import AttachmentKind, Bubble, File, Option

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TOAST_LIMIT = 200
FILE_BYTES = 50 * 1000 * 1000
BUTTONS = 100
_PHOTO_BYTES = 10 * 1000 * 1000
_SHORT_TITLE = 14  # characters: two such buttons fit side by side on a narrow phone

# Bot method and its file argument; what is not listed goes as a document, which Telegram never refuses.
_METHODS = {
    "image/jpeg": ("send_photo", "photo"),
    "image/png": ("send_photo", "photo"),
    "audio/ogg": ("send_voice", "voice"),
    "audio/opus": ("send_voice", "voice"),
    "audio/mpeg": ("send_audio", "audio"),
    "audio/mp4": ("send_audio", "audio"),
    "video/mp4": ("send_video", "video"),
}
_DOCUMENT = ("send_document", "document")


def html_of(bubble: Bubble) -> str:
    """Header in bold, then the text; nothing in either is taken for markup."""
    header = f"<b>{escape(bubble.header.strip(), quote=False)}</b>" if bubble.header.strip() else ""
    return _joined(header, escape(bubble.text, quote=False))


def plain_of(bubble: Bubble) -> str:
    """The same without markup."""
    return _joined(bubble.header.strip(), bubble.text)


def text_arguments() -> dict[str, Any]:
    """No preview: a link in an answer must not fill the screen with a picture nobody approved."""
    return {"link_preview_options": LinkPreviewOptions(is_disabled=True)}


def common_arguments(bubble: Bubble) -> dict[str, Any]:
    """Keyboard, quote and topic. A quoted message that was deleted does not stop the bubble."""
    arguments: dict[str, Any] = {}
    if bubble.options:
        arguments["reply_markup"] = keyboard(bubble.options)
    if bubble.thread.isdecimal():
        arguments["message_thread_id"] = int(bubble.thread)
    if bubble.reply_to.isdecimal():
        reply = ReplyParameters(message_id=int(bubble.reply_to), allow_sending_without_reply=True)
        arguments["reply_parameters"] = reply
    return arguments


def keyboard(options: Sequence[Option]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup:
    """One button a row; short ones two by two. A key that shares the own number stands below the text field, alone."""
    if keys := [KeyboardButton(o.title, request_contact=True) for o in options if o.wants == "contact"]:
        return ReplyKeyboardMarkup([keys], resize_keyboard=True, one_time_keyboard=True)
    buttons = [InlineKeyboardButton(_title(option), callback_data=option.token) for option in options]
    width = 2 if all(len(button.text) <= _SHORT_TITLE for button in buttons) else 1
    return InlineKeyboardMarkup([buttons[n : n + width] for n in range(0, len(buttons), width)])


def file_method(file: File) -> tuple[str, str]:
    """The Bot method that shows this file best, and its argument's name."""
    if file.kind is AttachmentKind.STICKER and file.content_type == "image/webp":
        return "send_sticker", "sticker"
    if file.kind is AttachmentKind.DOCUMENT:
        return _DOCUMENT
    method = _METHODS.get(file.content_type.partition(";")[0].strip(), _DOCUMENT)
    return _DOCUMENT if method[1] == "photo" and len(file.content) > _PHOTO_BYTES else method


def _title(option: Option) -> str:
    return f"{option.title} · {option.description}" if option.description else option.title


def _joined(header: str, text: str) -> str:
    return "\n".join(part for part in (header, text) if part)
