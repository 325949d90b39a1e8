"""WhatsApp through Twilio. In: verify, parse. Out: send (outgoing, contents, sent, errors), media."""
