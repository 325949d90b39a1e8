"""`make day`: a day at the desk, replayed in a fast clock, and what must hold after it.

300 invented patients and six consultants, from 8:00 to 10:00 the next morning, through both emulated providers, with breaks,
closed windows, blocked bots, throttling, outages and one consultant who goes silent. Exit code 1 when a check fails.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

import typer

from bench.rehearsal.checks import judged
from bench.rehearsal.day import replay
from bench.rehearsal.engine import RealRasa, new_key, real_rasa
from bench.rehearsal.report import figures, verdicts
from bench.rehearsal.script import OFFICE_ZONE, Plan
from bench.rehearsal.words import label_of
from bot.config import ConfigError
from bot.store.migrate import upgrade
from bot.supervisor.postgres import temporary_postgres
from tests.stub_rasa import stub_rasa

BEGINS = datetime(2027, 2, 9, 8, tzinfo=OFFICE_ZONE)  # a Tuesday, no holiday: every run is of the same day
PARTS = 20  # of the day, told as it goes by


def main(
    patients: Annotated[int, typer.Option(min=5)] = 300,
    seed: int = 7,
    hours: Annotated[float, typer.Option(min=1)] = 26,
) -> None:
    """Replay the day and judge it."""
    sys.exit(asyncio.run(_replayed(Plan(patients, seed, BEGINS, hours))))


async def _replayed(plan: Plan) -> int:
    with temporary_postgres() as url:
        upgrade(url)
        key = new_key()
        async with _understanding(url, key) as rasa:
            day = await replay(plan, url, rasa, key, _Progress().tick)
        offenders = judged(day)
        for line in (*figures(day), "", *verdicts(offenders)):
            typer.echo(line)
    return int(any(offenders.values()))


@contextlib.asynccontextmanager
async def _understanding(url: str, key: str) -> AsyncIterator[RealRasa]:
    """The real Rasa; when it does not get ready, the stand-in of the tests, which goes by the labels of the words."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            rasa = await stack.enter_async_context(real_rasa(url, key))
        except ConfigError as error:
            typer.echo(f"{error}: the stand-in of the tests understands instead", err=True)
            stub, address = await stack.enter_async_context(stub_rasa())
            stub.label_of, rasa = label_of, RealRasa(address, "test")
        yield rasa


class _Progress:
    """One line for each part of the day, on standard error."""

    def __init__(self) -> None:
        self._begun, self._told = time.monotonic(), 0

    def tick(self, done: float) -> None:
        if int(done * PARTS) > self._told:
            self._told = int(done * PARTS)
            typer.echo(f"{done:4.0%} of the day after {time.monotonic() - self._begun:.0f} s", err=True)


if __name__ == "__main__":
    typer.run(main)
