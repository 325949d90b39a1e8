"""Fetches what a person sent (https://www.twilio.com/docs/messaging/api/media-resource)."""

import httpx

from bot.channels.errors import BadConfig, Rejected, SendError, Throttled, Unavailable

LARGEST = 20 * 1024 * 1024  # bytes; WhatsApp lets 16 MB through, and a little more must not lose a file
_TWILIO = "https://api.twilio.com"
_REDIRECTS = 3
_SECONDS = 30.0


async def fetch(client: httpx.AsyncClient, url: str, auth: tuple[str, str], api_base: str) -> bytes:
    """The content at a webhook's MediaUrl.

    Raises Rejected when it is too large or gone, Unavailable when it can be tried again. The account's
    credentials go to Twilio's own host alone: Twilio redirects to a store that must not see them. `api_base`
    replaces Twilio's host; plain http is taken only when it is plain http itself.
    """
    home = httpx.URL(api_base or _TWILIO)
    try:
        target = _at_home(httpx.URL(url), home)
        for _ in range(_REDIRECTS + 1):
            answer = await _get(client, target, auth, home)
            if isinstance(answer, bytes):
                return answer
            target = answer
    except httpx.InvalidURL:
        raise Rejected("media", "no URL") from None
    except httpx.HTTPError as error:
        raise Unavailable("media", type(error).__name__) from None
    raise Rejected("media", "too many redirects")


def _at_home(url: httpx.URL, home: httpx.URL) -> httpx.URL:
    """A URL of Twilio's own host, moved to the host that replaces it."""
    if url.host != httpx.URL(_TWILIO).host or url.host == home.host:
        return url
    path = home.raw_path.rstrip(b"/") + url.raw_path
    return url.copy_with(scheme=home.scheme, host=home.host, port=home.port, raw_path=path)


async def _get(
    client: httpx.AsyncClient, url: httpx.URL, auth: tuple[str, str], home: httpx.URL
) -> bytes | httpx.URL:
    """The content, or where it has moved."""
    if url.scheme not in {"https", home.scheme}:
        raise Rejected("media", "not https")
    credentials = httpx.BasicAuth(*auth) if _same_origin(url, home) else None
    async with client.stream("GET", url, auth=credentials, timeout=_SECONDS) as answer:
        if answer.has_redirect_location:
            return url.join(answer.headers["Location"])
        if not answer.is_success:
            raise _failed(answer.status_code)
        return await _read(answer)


def _same_origin(url: httpx.URL, home: httpx.URL) -> bool:
    return (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port)


async def _read(answer: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > LARGEST:
            raise Rejected("media", f"over {LARGEST} bytes")
    return bytes(content)


def _failed(status: int) -> SendError:
    if status == 429:
        return Throttled(5.0, "media")
    if status >= 500:
        return Unavailable("media", f"HTTP {status}")
    if status in {401, 403}:
        return BadConfig("media", f"HTTP {status}")
    return Rejected("media", f"HTTP {status}")
