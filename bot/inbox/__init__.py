"""2 · The inbox: stored once, screened for red flags and queued, in one transaction; then 200."""
