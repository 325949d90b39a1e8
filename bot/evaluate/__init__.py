"""`puente evaluate`: how well labelled messages are understood, by exactly what `puente classify` says of them."""

from bot.evaluate.judged import Judged, judge, read_judged
from bot.evaluate.lines import lines
from bot.evaluate.page import page

__all__ = ["Judged", "judge", "lines", "page", "read_judged"]
