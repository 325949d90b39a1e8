"""Is an update really Telegram's? (https://core.telegram.org/bots/api#setwebhook, secret_token)"""

import hmac


def verify(given: str | None, expected: str) -> bool:
    """Whether the header X-Telegram-Bot-Api-Secret-Token is the secret that setWebhook was given.

    No header, or no secret configured: not Telegram's.
    """
    if not given or not expected:
        return False
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace"))
