"""Requests taken in step by step: what is asked, what was told so far, and what becomes of it."""
