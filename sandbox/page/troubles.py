"""Faults that somebody at the page switches on and off, on both providers at once."""

from sandbox.faults import FaultKind
from sandbox.telegram_api import TelegramApi
from sandbox.twilio_api import TwilioApi

_LASTING = 10**9  # times: until it is switched off
_WAIT_SECONDS = 5

DOWN, THROTTLED, SHUT, LOST = "down", "throttled", "window", "lost"


class Troubles:
    """down: 503 to everything · throttled: 429 to what is sent · window: everybody's 24 hours are over.

    lost: of each provider the next bubble arrives, but its answer does not. Only the next: over Telegram, which cannot be
    asked what arrived, the bot would say everything again and again.
    """

    def __init__(self, telegram: TelegramApi, twilio: TwilioApi) -> None:
        self._twilio = twilio
        self._providers = ((telegram.faults, "sendMessage"), (twilio.faults, "messages.create"))
        self._on = dict.fromkeys((DOWN, THROTTLED, SHUT, LOST), False)

    @property
    def on(self) -> dict[str, bool]:
        """Every fault by name, and whether it is on."""
        coming = any(faults.has(FaultKind.LOSE_RESPONSE) for faults, _ in self._providers)
        return {**self._on, LOST: self._on[LOST] and coming}

    def turn(self, name: str, on: bool) -> None:
        """LookupError when there is no such fault. What tests queued is forgotten."""
        if name not in self._on:
            raise LookupError(name)
        self._on = {**self.on, name: on}
        self._twilio.windows_shut = self._on[SHUT]
        for faults, sending in self._providers:
            faults.clear()
            if self._on[DOWN]:
                faults.server_error("*", times=_LASTING)
            if self._on[THROTTLED]:
                faults.throttle(sending, retry_after=_WAIT_SECONDS, times=_LASTING)
            if self._on[LOST]:
                faults.lose_response(sending)
