"""`puente doctor`: what an operator has left to fill in before patients may write."""

from collections.abc import Iterator

from sqlalchemy.exc import OperationalError

from bot.config import ROOT, Settings
from bot.consultants import not_joined
from bot.office import load
from bot.records.checklist import FILE, lists
from bot.texts import TextBook


def findings(settings: Settings) -> Iterator[str]:
    """One line per thing, most important first; the last line says when there is nothing. Raises what does not load."""
    office = load(settings.office_file)
    texts = TextBook.load(ROOT / "data" / "texts")
    texts.check(office)
    found = [
        *_channels(settings),
        *(f"{settings.office_file.name}: {key} is demo: replace it" for key in office.demo_left()),
        *(f"{FILE.name}: {specialty} is demo: replace it" for specialty, it in lists().items() if it.demo),
    ]
    if not office.on_call:
        found.append(f"{settings.office_file.name}: on_call is empty: out of hours an emergency pages nobody")
    found += _consultants(settings)
    yield from found or ["Nothing left to fill in."]


def _channels(settings: Settings) -> Iterator[str]:
    if not settings.telegram_configured:
        yield "TELEGRAM_BOT_TOKEN is unset: no Telegram"
    if not settings.whatsapp_configured:
        yield "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are unset: no WhatsApp"
    if settings.whatsapp_configured and not settings.public_url:
        yield "PUBLIC_URL is unset: Twilio cannot reach this server"


def _consultants(settings: Settings) -> Iterator[str]:
    """Who was invited and is not reached yet, where there is a database to know it from."""
    made_here = (settings.data_dir / "postgres.lock").exists()
    if settings.encryption_key is None or not (settings.database_url or made_here):
        return
    try:
        yield from not_joined(settings)
    except OperationalError:
        yield "DATABASE_URL: the database does not answer"
