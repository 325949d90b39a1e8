"""What opens something once: a word that can be read aloud, and a token for Telegram's deep link. Of invitations and slips; the
database holds their fingerprints only."""

import re
import secrets
from collections.abc import Callable

from bot.privacy.masking import the_rules

# No vowels, so that no word of any language comes out; nothing that is mistaken for something else when read aloud.
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
GROUPS, GROUP = 4, 4  # 16 letters of 27: 76 bits
_WRITTEN = re.compile(
    rf"^/start \S+|\b[{LETTERS}]{{{GROUP}}}(?:[-\s]?[{LETTERS}]{{{GROUP}}}){{{GROUPS - 1}}}\b", re.IGNORECASE
)
TOKEN_BYTES = 16  # 128 bits, 22 characters of the 64 that a deep link may have


def new_word() -> str:
    """A word that can be read aloud: bcdf-ghjk-mnpq-rstv."""
    return _arriving(
        lambda: "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    )


def new_token(mark: str = "") -> str:
    """For a deep link. `mark`: what it begins with, to tell kinds apart."""
    return _arriving(lambda: mark + secrets.token_urlsafe(TOKEN_BYTES))


def bare(text: str) -> str:
    """A typed word without what telephones and people add to it."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def without(text: str) -> str:
    """A text without such words and tokens in it: nobody means anything by them, and by chance one holds "SOS"."""
    return _WRITTEN.sub("", text).strip()


def _arriving(make: Callable[[], str]) -> str:
    """One that arrives as it was written: by chance a secret may look like a number that is masked (bot/privacy/masking.py)."""
    while the_rules()(secret := make()).kinds:
        pass
    return secret
