"""The local time of both cities: the office's and the hospital's."""

from datetime import datetime

from bot.services import Services


def both_clocks(services: Services, at: datetime, language: str) -> dict[str, str]:
    """A moment on the office's clock, with its day unless that is today, and on the hospital's."""
    local, today = services.office.local(at), services.office.local(services.clock()).date()
    day = "" if local.date() == today else f"{services.texts.say_day(local, language)}, "
    there = at.astimezone(services.office.hospital.time_zone)
    return {"time": f"{day}{local:%H:%M}", "hospital_time": f"{there:%H:%M}"}
