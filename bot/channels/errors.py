"""What can go wrong when a bubble is handed to a provider, named for the decision that follows.

    SendError
    ├── Throttled            not sent; try again after `retry_after` seconds
    ├── Unavailable          not sent; the provider is down or unreachable: try again later
    ├── OutcomeUnknown       perhaps sent: look it up before trying again
    ├── WindowClosed         WhatsApp's 24 hours are over: a template instead
    ├── TemplateMissing      the template needed is not in office.yml: the stated fallback
    ├── ContactUnreachable   blocked, opted out, deleted, not on this channel: stop writing to them
    ├── Moved                the group lives at another address now: send it there
    ├── BadConfig            wrong token, sender or permission: alarm the operator, keep the bubble
    └── Rejected             this bubble will never be accepted: a person must know

Channels name the error; the outbox alone decides what follows.
"""


class SendError(Exception):
    """A bubble was not, or perhaps not, delivered. `code` is the provider's own code, for the operator."""

    def __init__(self, code: str = "", detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class Throttled(SendError):
    def __init__(self, retry_after: float, code: str = "", detail: str = "") -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class Unavailable(SendError):
    pass


class OutcomeUnknown(SendError):
    pass


class WindowClosed(SendError):
    pass


class TemplateMissing(SendError):
    pass


class ContactUnreachable(SendError):
    pass


class Moved(SendError):
    def __init__(self, new_address: str, code: str = "", detail: str = "") -> None:
        super().__init__(code, detail)
        self.new_address = new_address


class BadConfig(SendError):
    pass


class Rejected(SendError):
    pass


class Malformed(ValueError):
    """A webhook body that is not what the provider sends: answered with 400, nothing stored."""
