"""Telegram's Bot API. In: verify, parse (attachments), or polling. Out: send (outgoing, errors)."""
