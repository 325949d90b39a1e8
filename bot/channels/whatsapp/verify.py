"""Is a webhook really Twilio's? (https://www.twilio.com/docs/usage/webhooks/webhooks-security)"""

from collections.abc import Sequence

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

Pairs = Sequence[tuple[str, str]]


def signed_url(public_url: str, path: str, query: str = "") -> str:
    """The URL that Twilio called, and signed: `public_url` as configured, never as the request claims.

    `query` is the raw query string, still percent-encoded.
    """
    return public_url.rstrip("/") + path + (f"?{query}" if query else "")


def verify(url: str, body: Pairs | str, signature: str, tokens: Sequence[str]) -> bool:
    """Whether `signature` (X-Twilio-Signature) fits under any of the `tokens`: two are valid while rotating.

    `url`: see `signed_url`. `body`: all form pairs, blank ones included, or the text of a JSON body, which
    counts only when the URL carries its hash (bodySHA256). Whatever cannot be checked is not Twilio's.
    """
    if not signature or (isinstance(body, str) and "bodySHA256=" not in url):
        return False
    parameters = body if isinstance(body, str) else ImmutableMultiDict(body)
    return any(_fits(url, parameters, signature, token) for token in tokens if token)


def _fits(url: str, parameters: ImmutableMultiDict[str, str] | str, signature: str, token: str) -> bool:
    try:
        return bool(RequestValidator(token).validate(url, parameters, signature))
    except (ValueError, TypeError):  # an impossible port, characters without UTF-8: not what Twilio signs
        return False
