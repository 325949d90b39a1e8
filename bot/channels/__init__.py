"""What comes in from a provider (1) and what goes out to it (7). One folder a channel."""
