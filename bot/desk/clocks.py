"""The local time of both cities: the office's and the hospital's."""

from datetime import datetime

from bot.services import Services


def both_clocks(services: Services, at: datetime, language: str) -> dict[str, str]:
    """A moment on the office's clock, with its day unless that is today, and on the hospital's."""
    there = at.astimezone(services.office.hospital.time_zone)
    today = services.office.local(at).date() == services.office.local(services.clock()).date()
    time = f"{services.office.local(at):%H:%M}" if today else day_and_time(services, at, language)
    return {"time": time, "hospital_time": f"{there:%H:%M}"}


def day_and_time(services: Services, at: datetime, language: str) -> str:
    """A moment on the office's clock, as it can stand for days: never "today"."""
    local = services.office.local(at)
    return f"{services.texts.say_day(local, language)}, {local:%H:%M}"
