"""What follows from an error: decided here and nowhere else. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from bot.channels import errors
from bot.outbox.draft import FORWARD, NOTICE, RELAY, Draft

PATIENCE = timedelta(hours=6)  # a provider may be down that long before a person must know
LONGEST_WAIT = 60.0  # seconds between attempts
CONFIGURATION_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Retry:
    after: float  # seconds
    alarm: str = ""  # the kind of alarm for the operator, if any


@dataclass(frozen=True, slots=True)
class UseTemplate:
    """Say it with the approved template that the draft carries."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it until the person writes again, and invite them to."""


@dataclass(frozen=True, slots=True)
class Redirect:
    address: str


@dataclass(frozen=True, slots=True)
class Fail:
    unreachable: bool = False


type Decision = Retry | UseTemplate | Hold | Redirect | Fail


def decide(error: errors.SendError, draft: Draft, purpose: str, attempts: int, age: timedelta) -> Decision:
    """The next step for a bubble that was not accepted. `age` is the time since it was stored."""
    wait = min(2.0 ** min(attempts, 6), LONGEST_WAIT)
    match error:
        case errors.Moved():
            return Redirect(error.new_address)
        case errors.WindowClosed() if draft.otherwise:
            return UseTemplate()
        case errors.WindowClosed() if purpose in (RELAY.name, FORWARD.name, NOTICE.name):
            return Hold()
        case errors.ContactUnreachable():
            return Fail(unreachable=True)
        case errors.Throttled() if age < PATIENCE:
            return Retry(max(error.retry_after, 1.0))
        case errors.Unavailable() | errors.OutcomeUnknown() if age < PATIENCE:
            return Retry(wait)
        case errors.BadConfig() if age < PATIENCE:
            return Retry(CONFIGURATION_WAIT, alarm="bad_config")
    return Fail()
