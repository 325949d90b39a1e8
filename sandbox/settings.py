"""What the sandbox needs to know, from arguments, the environment or a test."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.twilio_api import Template

# Credentials of nobody: valid in form, known to no provider.
TELEGRAM_TOKEN = "7000000001:AAE-sandbox-only-not-a-real-bot-token"  # noqa: S105
ACCOUNT_SID = "AC" + "5a" * 16
AUTH_TOKEN = "5b" * 16
SENDER = "whatsapp:+14155550100"


@dataclass(frozen=True, slots=True)
class Settings:
    """`bot_url`: where the bot listens; `public_url`: what is signed (unset: the same)."""

    host: str = "127.0.0.1"
    port: int = 0  # 0: a free one
    bot_url: str = ""
    public_url: str = ""
    telegram_token: str = TELEGRAM_TOKEN
    webhook_secret: str = ""
    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    sender: str = SENDER
    messaging_service_sid: str = ""
    templates: Mapping[str, Template] = field(default_factory=dict)
    office_file: Path | None = None  # names the consultants of the page; unset: no page people
    clock_file: Path | None = (
        None  # where the shift of the clock is kept for the bot; unset: the page moves no clock
    )
    token: str = ""  # with which the bot is asked what became of a message


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The variables the bot reads too; an empty one counts as unset. Of two auth tokens the first signs."""

    def read(name: str, default: str = "") -> str:
        return environment.get(name) or default

    return Settings(
        port=int(read("SANDBOX_PORT", "0")),
        bot_url=read("SANDBOX_BOT_URL", f"http://127.0.0.1:{read('PORT', '8080')}"),
        public_url=read("PUBLIC_URL"),
        telegram_token=read("TELEGRAM_BOT_TOKEN", TELEGRAM_TOKEN),
        webhook_secret=read("TELEGRAM_WEBHOOK_SECRET"),
        account_sid=read("TWILIO_ACCOUNT_SID", ACCOUNT_SID),
        auth_token=read("TWILIO_AUTH_TOKEN", AUTH_TOKEN).split(",")[0].strip(),
        sender=_prefixed(read("TWILIO_WHATSAPP_FROM", SENDER)),
        messaging_service_sid=read("TWILIO_MESSAGING_SERVICE_SID"),
        office_file=Path(read("OFFICE_FILE", "data/office.yml")),
        token=read("SANDBOX_TOKEN"),
    )


def _prefixed(number: str) -> str:
    return number if number.startswith("whatsapp:") else f"whatsapp:{number}"
