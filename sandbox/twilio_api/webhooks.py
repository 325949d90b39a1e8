"""Signed posts to the bot, with Twilio's time-outs and connection overrides (twilio.com/docs/usage/webhooks)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from sandbox.reach import Reach

_CONNECT, _READ = 5.0, 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Posted:
    """One attempt and its answer; None when there was none."""

    url: str
    form: dict[str, str]
    status: int | None
    idempotency_token: str


@dataclass(frozen=True, slots=True)
class _Overrides:
    """`#rc=…&rp=…` of a webhook URL: how often, and after what, to try again. Default: once, connect failures."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def again_after(self, outcome: str) -> bool:
        return bool({"all", outcome} & self.policy) and outcome != "ok"


class Webhooks:
    """Posts forms as Twilio does and keeps what was posted."""

    def __init__(self, auth_token: str, reach: Reach, http: httpx.AsyncClient) -> None:
        self._validator = RequestValidator(auth_token)
        self._reach, self._http = reach, http
        self.posted: list[Posted] = []

    async def post(
        self,
        url: str,
        form: Mapping[str, str],
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> int | None:
        """Post to `url` (its fragment holds overrides and is not signed); the last HTTP status, None without one."""
        address, _, fragment = url.partition("#")
        overrides = _overrides(fragment)
        token = secrets.token_hex(16)
        signed = self._validator.compute_signature(address, dict(form)) if signature is None else signature
        sent = {"X-Twilio-Signature": signed, "I-Twilio-Idempotency-Token": token, **(headers or {})}
        sent |= {"User-Agent": "TwilioProxy/1.1"}
        for _ in range(overrides.retries + 1):
            status, outcome = await self._attempt(address, form, sent)
            if not overrides.again_after(outcome):
                break
        return status

    async def _attempt(
        self, url: str, form: Mapping[str, str], headers: dict[str, str]
    ) -> tuple[int | None, str]:
        timeout = httpx.Timeout(_READ, connect=_CONNECT)
        status, outcome = None, "ok"
        try:
            answer = await self._http.post(
                self._reach.inner(url), data=dict(form), headers=headers, timeout=timeout
            )
            status = answer.status_code
            outcome = "ok" if status < 400 else f"{status // 100}xx"
        except (httpx.ConnectError, httpx.ConnectTimeout):
            outcome = "ct"
        except httpx.HTTPError:
            outcome = "rt"
        self.posted.append(Posted(url, dict(form), status, headers["I-Twilio-Idempotency-Token"]))
        return status, outcome


def _overrides(fragment: str) -> _Overrides:
    told = dict(parse_qsl(fragment))
    policy = frozenset(told.get("rp", "ct").split(","))
    return _Overrides(min(int(told.get("rc", "1")), 5), policy)
