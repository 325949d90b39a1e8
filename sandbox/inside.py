"""What the sandbox asks the bot about itself: what became of a message, when something is due. Needs the shared token."""

from typing import Any

import httpx

from sandbox.reach import Reach

_PATIENCE = 5.0  # seconds


class Inside:
    """Asks, and hears nothing where there is no token, no bot, or none that tells."""

    def __init__(self, token: str, reach: Reach, http: httpx.AsyncClient) -> None:
        self._token, self._reach, self._http = token, reach, http

    @property
    def known(self) -> bool:
        """Whether there is somebody to ask."""
        return bool(self._token and self._reach.bot_url)

    async def ask(self, what: str, **about: str) -> dict[str, Any] | None:
        """The answer to `what`; None when there is none."""
        if not self.known:
            return None
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self._reach.bot_url}/sandbox-inside/{what}"
        try:
            answer = await self._http.get(url, params=about, headers=headers, timeout=_PATIENCE)
        except httpx.HTTPError:
            return None
        return answer.json() if answer.status_code == 200 else None
