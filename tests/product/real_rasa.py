"""The real Rasa with the trained model, and the actions served from this process: one for the whole session."""

import base64
import contextlib
from collections.abc import AsyncIterator

from bench.rehearsal.engine import RealRasa
from bench.rehearsal.engine import real_rasa as started

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()

__all__ = ["KEY", "RealRasa", "real_rasa"]


@contextlib.asynccontextmanager
async def real_rasa(database_url: str) -> AsyncIterator[RealRasa]:
    async with started(database_url, KEY) as server:
        yield server
