"""6 · The outbox: bubbles stored in the turn's transaction, delivered in order, retried by kind of error."""
