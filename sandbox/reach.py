"""Where the bot is: the public address that providers sign and call, and the loopback address behind it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Reach:
    """`public_url` is what is signed; calls to it go to `bot_url`, as a TLS proxy would pass them on."""

    bot_url: str = ""
    public_url: str = ""

    def connect(self, bot_url: str, public_url: str = "") -> None:
        self.bot_url = bot_url.rstrip("/")
        self.public_url = (public_url or bot_url).rstrip("/")

    def public(self, path: str) -> str:
        """The URL a person configured at the provider."""
        return self.public_url + path

    def inner(self, url: str) -> str:
        """The URL to really connect to."""
        if self.public_url and url.startswith(self.public_url + "/"):
            return self.bot_url + url.removeprefix(self.public_url)
        return url
