"""What Twilio's error codes mean for us (https://www.twilio.com/docs/api/errors/<code>).

One table for both places where they turn up: the answer to a request, and a status callback hours later.
"""

from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)

from bot.channels.errors import (
    BadConfig,
    ContactUnreachable,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
    WindowClosed,
)

_THROTTLED = {  # seconds to wait: Twilio sends no Retry-After with these
    "20429": 5.0,  # too many requests
    "14107": 30.0,  # loop guard: 15 replies in 30 s between a pair
    "21611": 60.0,  # the sender's queue is full
    "30001": 60.0,  # queue overflow
    "63017": 2.0,  # rate of the account
    "63018": 6.0,  # rate of the pair: one message per 6 s
}

_NAMED: dict[type[SendError], frozenset[str]] = {
    WindowClosed: frozenset({"63016"}),
    ContactUnreachable: frozenset(
        {
            "21211",  # not an address
            "21610",  # opted out
            "63003",  # not on WhatsApp
            "63014",  # blocked by the user
            "63024",  # invalid recipient
        }
    ),
    BadConfig: frozenset(
        {
            "401",
            "403",
            "20003",  # authentication
            "20404",  # no such account
            "21606",  # the sender cannot send
            "21608",  # trial account: recipient not verified
            "21910",  # sender and recipient on different channels
            "63007",  # no such sender
            "63015",  # Twilio's WhatsApp sandbox not joined
            "63027",  # template not in this language
            "63028",  # template parameters do not fit
            "63030",  # template parameters not supported
            "63031",  # sender and recipient are the same
            "63036",  # daily limit of new conversations
            "63037",
            "63038",
            "63040",  # template rejected
            "63041",  # template paused
            "63042",  # template disabled
            "63051",  # sender locked
        }
    ),
    Unavailable: frozenset(
        {
            "63009",  # WhatsApp failed
            "63010",  # Twilio failed
            "63012",  # WhatsApp failed
            "63019",  # media could not be fetched: our own /media may have been down
        }
    ),
}


def named(code: str) -> SendError:
    """The error that a Twilio code stands for; an unlisted one is `Rejected`: a person must hear of it."""
    if code in _THROTTLED:
        return Throttled(_THROTTLED[code], code)
    for kind, codes in _NAMED.items():
        if code in codes:
            return kind(code)
    return Rejected(code)


def refused(error: TwilioException) -> SendError:
    """The error for a request that Twilio did not grant.

    Twilio's message is left out: it may quote the recipient's number. After a 5xx the message may be taken.
    """
    if not isinstance(error, TwilioRestException | TwilioServiceException):
        return OutcomeUnknown("sdk", type(error).__name__)
    if error.status >= 500:
        return OutcomeUnknown(str(error.code or error.status), f"HTTP {error.status}")
    return named(str(error.code or error.status))


def harmless(error: TwilioException | SendError) -> SendError:
    """The error of a request that sends nothing to anybody: an unknown outcome is just tried again."""
    found = error if isinstance(error, SendError) else refused(error)
    return Unavailable(found.code, found.detail) if isinstance(found, OutcomeUnknown) else found
