"""`make day`: a day at the desk, replayed in a fast clock, and what must hold after it.

300 invented patients and six consultants, from 8:00 to 10:00 the next morning, through both emulated providers, with breaks,
closed windows, blocked bots, throttling, outages and one consultant who goes silent. Exit code 1 when a check fails.
"""

import asyncio
import sys
import time
from datetime import datetime
from typing import Annotated

import typer

from bench.rehearsal.checks import judged
from bench.rehearsal.day import replay
from bench.rehearsal.engine import new_key, real_rasa
from bench.rehearsal.report import figures, verdicts
from bench.rehearsal.script import OFFICE_ZONE, Plan
from bot.config import ConfigError
from bot.store.migrate import upgrade
from bot.supervisor.postgres import temporary_postgres

BEGINS = datetime(2027, 2, 9, 8, tzinfo=OFFICE_ZONE)  # a Tuesday, no holiday: every run is of the same day
PARTS = 20  # of the day, told as it goes by


def main(
    patients: Annotated[int, typer.Option(min=5)] = 300,
    seed: int = 7,
    hours: Annotated[float, typer.Option(min=1)] = 26,
) -> None:
    """Replay the day and judge it."""
    try:
        sys.exit(asyncio.run(_replayed(Plan(patients, seed, BEGINS, hours))))
    except ConfigError as error:  # Rasa is not to be had
        typer.echo(str(error), err=True)
        sys.exit(2)


async def _replayed(plan: Plan) -> int:
    with temporary_postgres() as url:
        upgrade(url)
        key = new_key()
        async with real_rasa(url, key) as rasa:
            day = await replay(plan, url, rasa, key, _Progress().tick)
        offenders = judged(day)
        for line in (*figures(day), "", *verdicts(offenders)):
            typer.echo(line)
    return int(any(offenders.values()))


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
