"""Approved answers that a consultant has read aloud, and for whom they are played."""
