"""What people read and the words they command with: data/texts and data/labels.yml."""

from bot.texts.book import SENTENCES, Edition, Editions, Rendered, TextBook, TextError
from bot.texts.commands import Command
from bot.texts.entry import Entry, Wording
from bot.texts.labels import Labels, Urgency
from bot.texts.templates import TemplateText

__all__ = [
    "SENTENCES",
    "Command",
    "Edition",
    "Editions",
    "Entry",
    "Labels",
    "Rendered",
    "TemplateText",
    "TextBook",
    "TextError",
    "Urgency",
    "Wording",
]
