"""Where numbers begin: Telegram never gives one twice, so a sandbox that is started again must not either. The bot would take a
new message for one that it has had."""

import time

YEAR_BEGAN = 1_767_225_600  # 2026-01-01, in Unix seconds


def first_number() -> int:
    """Larger than any number of an earlier sandbox: nobody sends a message a second all day."""
    return int(time.time()) - YEAR_BEGAN
