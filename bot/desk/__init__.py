"""5 · The desk: cases opened, notified, taken, relayed, closed; what consultants type and tap."""
