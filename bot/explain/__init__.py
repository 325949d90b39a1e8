"""`puente explain`: why a message is understood and answered as it is, with file and line; needs no server."""

from bot.explain.collect import explain
from bot.explain.lines import lines

__all__ = ["explain", "lines"]
