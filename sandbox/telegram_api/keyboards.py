"""Keyboards under a message: checked as Telegram checks them, and the options a person sees."""

from collections.abc import Iterable
from typing import Any

from sandbox.phone import ShownOption
from sandbox.telegram_api.errors import bad_request

type Markup = dict[str, Any]

_MOST_BUTTONS = 100
_ACTIONS = {"url", "callback_data", "web_app", "login_url", "copy_text", "switch_inline_query", "pay"}


def check(markup: Any) -> Markup:
    """The keyboard as given; ApiError 400 when Telegram would refuse it. callback_data: 1 to 64 bytes."""
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    buttons = list(_buttons(markup.get("inline_keyboard", [])))
    if len(buttons) > _MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _check_inline(button)
    return markup


def options(markup: Markup) -> tuple[ShownOption, ...]:
    """What a person can tap: inline buttons, or the keys of a reply keyboard (which send their title)."""
    if "inline_keyboard" in markup:
        return tuple(
            ShownOption(b.get("callback_data", ""), b["text"], url=b.get("url", ""), row=number)
            for number, row in enumerate(markup["inline_keyboard"])
            for b in row
        )
    return tuple(_key(b) for b in _buttons(markup.get("keyboard", [])))


def _check_inline(button: Any) -> None:
    if not isinstance(button, dict) or not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not _ACTIONS & button.keys():
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _buttons(rows: Any) -> Iterable[Any]:
    return (button for row in rows for button in row)


def _key(button: Any) -> ShownOption:
    if isinstance(button, str):
        return ShownOption("", button)
    wants = (
        "contact" if button.get("request_contact") else "location" if button.get("request_location") else ""
    )
    return ShownOption("", button["text"], wants=wants)
