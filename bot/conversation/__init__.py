"""3 · The stages of a turn, listed in one place (`stages.py`)."""
