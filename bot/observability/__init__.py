"""Metrics and logs: counts, times and ids; never a text, a name or a number."""
