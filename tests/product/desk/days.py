"""A product at a chosen hour of a chosen day, with an office that opens and closes."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox import Sandbox
from tests.product.conftest import OFFICE, TEN_ON_MONDAY, Product, with_stub_rasa

MONDAY, TUESDAY = 0, 1  # as `datetime.weekday` counts
MEXICO = timedelta(hours=6)  # behind UTC, all year


def office_of_day(place: Path, language: str = "es", head: str = "telegram") -> Path:
    """The tests' office, open from nine to six on weekdays; Ana (Telegram) or Bruno (WhatsApp) is its head."""
    text = OFFICE.read_text("utf-8").replace('mon-sun: "00:00-24:00"', 'mon-fri: "09:00-18:00"')
    of_head = "telegram: 900000101" if head == "telegram" else 'whatsapp: "+525500000102"'
    text = text.replace(f"    {of_head}\n", f"    {of_head}\n    head: true\n")
    if language == "en":
        text = text.replace("languages: [es, en]", "languages: [en, es]")
    path = place / "office.yml"
    path.write_text(text, "utf-8")
    return path


def until(now: datetime, weekday: int, hour: int, minute: int = 0) -> timedelta:
    """From now to the next such time in Mexico City."""
    local = now.astimezone(UTC) - MEXICO
    then = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    then += timedelta(days=(weekday - local.weekday()) % 7)
    return then - local if then > local else then - local + timedelta(days=7)


@contextlib.asynccontextmanager
async def day(
    box: Sandbox, database_url: str, office: Path, weekday: int, hour: int, minute: int = 0
) -> AsyncIterator[Product]:
    """The product started at that time; consultants have greeted the bot a moment later."""
    box.clock.move_to(TEN_ON_MONDAY + until(TEN_ON_MONDAY, weekday, hour, minute))
    async with with_stub_rasa(box, database_url, office_file=office) as product:
        yield product


def advance_to(product: Product, weekday: int, hour: int, minute: int = 0) -> None:
    clock = product.box.clock
    clock.advance(seconds=until(clock.now(), weekday, hour, minute).total_seconds())
