"""Telegram's Bot API, emulated (core.telegram.org/bots/api; behaviour of tdlib/telegram-bot-api v10)."""

from sandbox.telegram_api.api import TelegramApi
from sandbox.telegram_api.people import TelegramGroup, TelegramUser

__all__ = ["TelegramApi", "TelegramGroup", "TelegramUser"]
