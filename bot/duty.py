"""What is done by the clock alone, and how one sees that it is due."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services

type Run = Callable[[Services, AsyncSession], Awaitable[None]]
type Due[Row] = Callable[[datetime], Select[Row]]


@dataclass(frozen=True, slots=True)
class Duty[Row]:
    """`due`: the rows that are due now. The watch asks for them without a lock, and only where there are some does it `run`,
    which locks them and moves their due time on: any worker may do it, and a killed one loses nothing."""

    run: Run
    due: Due[Row]

    @property
    def name(self) -> str:
        return self.run.__name__

    async def __call__(self, services: Services, session: AsyncSession) -> None:
        await self.run(services, session)


def duty[Row](due: Due[Row]) -> Callable[[Run], Duty[Row]]:
    """Decorate what `run`s when there are rows that are `due`."""
    return lambda run: Duty(run, due)
