"""Red flags in what people write: rules as data (`data/safety`), read by `Screen`. Imports nothing above it."""

from bot.safety.help_coming import HelpComing
from bot.safety.notation import RuleBookError
from bot.safety.rulebook import Kind
from bot.safety.screen import Finding, Screen, Verdict

__all__ = ["Finding", "HelpComing", "Kind", "RuleBookError", "Screen", "Verdict"]
