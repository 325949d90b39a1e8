"""What the desk does by the clock alone, each in a transaction of its own: what somebody waits for twice a second, the rest
every few seconds (`bot/watch.py`).

A duty finds what is due by a column (`bot/store/tables.py`), locks it (`skip_locked`) and moves the column on: any worker may
do it, and a killed one loses nothing.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.reminders import remind_of_visits, tidy
from bot.desk.board import post
from bot.desk.day import good_morning
from bot.desk.erasing import erase_due
from bot.desk.escalation import escalate
from bot.desk.fetching import fetch_due
from bot.desk.held import expire
from bot.desk.leaving import dismiss_removed
from bot.desk.notify import page_again, widen
from bot.desk.orders.absence import end_pauses
from bot.desk.received import tell_received
from bot.desk.reminders import remind_due
from bot.desk.voice import fetch_recordings
from bot.desk.windows import announce_closing
from bot.journeys.abandoned import take_up_what_was_left
from bot.journeys.drafts import forget
from bot.journeys.slips import erase_old
from bot.privacy.retention import retain
from bot.records.erase import expire_records, sweep
from bot.services import Services
from bot.tallies import count

type Duty = Callable[[Services, AsyncSession], Awaitable[None]]

PROMPT: tuple[Duty, ...] = (
    page_again,
    dismiss_removed,
    expire,
    post,
    fetch_due,
    fetch_recordings,
    tell_received,
    erase_due,
)
UNHURRIED: tuple[Duty, ...] = (  # due after minutes or days: a few seconds more are no matter
    widen,
    end_pauses,
    escalate,
    good_morning,
    announce_closing,
    remind_due,
    remind_of_visits,
    tidy,
    expire_records,
    sweep,
    take_up_what_was_left,
    forget,
    erase_old,
    count,
    retain,
)
