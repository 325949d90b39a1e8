"""The HTTP client under Twilio's SDK.

The SDK's own AsyncTwilioHttpClient (9.13.0) does not use its time-out, so that a hung socket hangs for ever;
it sends JSON bodies as forms; and it logs recipients at INFO. This one also names network failures.
"""

import logging
from typing import Any

import httpx
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from bot.channels.errors import OutcomeUnknown, Throttled
from bot.channels.network import named

NO_CONTENT = 204
_RETRY_AFTER = 5.0  # seconds, where Twilio does not say


class Transport(AsyncHttpClient):  # type: ignore[misc]
    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(logging.getLogger("twilio"), True)
        self._client = client

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  (the client's own holds)
        allow_redirects: bool = False,
    ) -> Response:
        """One request for JSON. Raises Throttled, Unavailable or OutcomeUnknown."""
        json_body = (headers or {}).get("Content-Type") == "application/json"
        body: dict[str, Any] = {"json": data} if json_body else {"data": data}
        try:
            answer = await self._client.request(
                method,
                uri,
                params=params,
                headers=headers,
                auth=auth,
                follow_redirects=allow_redirects,
                **body,
            )
        except httpx.HTTPError as error:
            raise named(error) from None
        if answer.status_code == 429:
            raise Throttled(_seconds(answer), "20429")
        empty = answer.status_code == NO_CONTENT  # deleted
        if answer.is_success and not (
            empty or _is_json(answer)
        ):  # a proxy's page: Twilio may have got the request or not
            raise OutcomeUnknown("answer", "not JSON")
        return Response(answer.status_code, answer.text, answer.headers)


def _is_json(answer: httpx.Response) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


def _seconds(answer: httpx.Response) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else _RETRY_AFTER
