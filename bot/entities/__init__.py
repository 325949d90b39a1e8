"""Who and what a text names: specialties, for whom, cities, insurers, physicians. One reading for the bot and the engine.

Python 3.10 must be able to read this folder, and nothing else of the bot is imported here: the engine uses it too.
"""

from bot.entities.doctors import Doctors
from bot.entities.named import Named
from bot.entities.phrases import EntityFileError, Phrases
from bot.entities.reader import Entities
from bot.entities.subjects import Subject, subjects

__all__ = ["Doctors", "Entities", "EntityFileError", "Named", "Phrases", "Subject", "subjects"]
