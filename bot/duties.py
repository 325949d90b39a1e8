"""What is done by the clock alone, in the order of a look: what somebody waits for twice a second, the rest every few seconds
(`bot/watch.py`)."""

from typing import Any

from bot.appointments.reminders import end_visits, free_held, remind_of_visits
from bot.appointments.wishes import forget_wishes
from bot.desk.board import post
from bot.desk.day import good_morning
from bot.desk.emergency import page_all
from bot.desk.erasing import erase_due
from bot.desk.escalation import escalate
from bot.desk.fetching import fetch_due
from bot.desk.held import expire
from bot.desk.leaving import dismiss_removed
from bot.desk.notify import announce_overdue, notify_at_opening, page_again, widen
from bot.desk.orders.absence import end_pauses
from bot.desk.received import tell_received
from bot.desk.reminders import remind_due
from bot.desk.voice import fetch_recordings, forget_unrecorded
from bot.desk.windows import announce_closing
from bot.duty import Duty
from bot.journeys.abandoned import take_up_what_was_left
from bot.journeys.drafts import forget
from bot.journeys.slips import erase_old
from bot.privacy.retention import retain
from bot.records.erase import expire_links, expire_records, sweep
from bot.requeue import answer_forgotten, deliver_due, wake
from bot.tallies import count

PROMPT: tuple[Duty[Any], ...] = (
    wake,
    deliver_due,
    announce_overdue,
    page_all,
    page_again,
    dismiss_removed,
    expire,
    post,
    fetch_due,
    fetch_recordings,
    tell_received,
    erase_due,
)
UNHURRIED: tuple[Duty[Any], ...] = (  # due after minutes or days: a few seconds more are no matter
    answer_forgotten,
    notify_at_opening,
    widen,
    end_pauses,
    escalate,
    good_morning,
    announce_closing,
    remind_due,
    remind_of_visits,
    end_visits,
    free_held,
    forget_wishes,
    forget_unrecorded,
    expire_records,
    expire_links,
    sweep,
    take_up_what_was_left,
    forget,
    erase_old,
    count,
    retain,
)
