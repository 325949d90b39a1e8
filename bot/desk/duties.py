"""What the desk does by the clock alone, looked at twice a second by the watch, each in a transaction of its own.

A duty finds what is due by a column (`bot/store/tables.py`), locks it (`skip_locked`) and moves the column on: any worker may
do it, and a killed one loses nothing.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services

type Duty = Callable[[Services, AsyncSession], Awaitable[None]]

DUTIES: tuple[Duty, ...] = ()
