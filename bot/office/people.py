"""Who works at the office, and where they are reached."""

from datetime import datetime
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.channels.base import ChannelName
from bot.office.hours import Hours
from bot.office.routing import Lane

if TYPE_CHECKING:
    from bot.office.model import Office

type Language = Literal["es", "en"]


def _chat_id(written: object) -> object:
    if written is None or fullmatch(r"-?\d+", str(written)):
        return written if written is None else str(written)
    raise ValueError(f"{written!r}: expected the number of a Telegram chat, such as 111222333")


def _whatsapp_number(written: object) -> object:
    text = (
        f"+{written}" if isinstance(written, int) else str(written)
    )  # YAML reads an unquoted +52… as a number
    if written is None or fullmatch(r"\+[1-9]\d{7,14}|[A-Z]{2}\.\w{1,128}", text):
        return written if written is None else text
    raise ValueError(
        f'{written!r}: expected a number in international form and quotes, such as "+525512345678"'
    )


class Reachable(BaseModel):
    """Somebody with an address on a channel. With `demo: true` they are invented: in the sandbox only."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    telegram: Annotated[str | None, BeforeValidator(_chat_id)] = None
    whatsapp: Annotated[str | None, BeforeValidator(_whatsapp_number)] = None
    demo: bool = False

    def address(self, channel: ChannelName, real: bool) -> str | None:
        """Where to send on a channel, in the provider's form; None when absent, or invented and `real`."""
        if self.demo and real:
            return None
        if channel is ChannelName.TELEGRAM:
            return self.telegram
        return f"whatsapp:{self.whatsapp}" if self.whatsapp else None


class Consultant(Reachable):
    name: Annotated[str, Field(min_length=1)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("es",)
    specialties: tuple[str, ...] = ("any",)
    lanes: Annotated[tuple[Lane, ...], Field(min_length=1)] = ("patients",)
    hours: Hours | None = None  # the office's when absent
    head: bool = False

    def on_duty(self, at: datetime, office: "Office") -> bool:
        """Own hours hold also on holidays and when the office is closed (DESIGN, section 5)."""
        if self.hours is None:
            return office.is_open(at)
        return self.hours.covers(office.local(at), lambda day: False)

    def next_duty(self, at: datetime, office: "Office") -> datetime | None:
        """`at` itself while on duty, else when the next duty begins; None when there is none within a year."""
        if self.hours is None:
            return office.next_opening(at)
        local = office.local(at)
        return local if self.on_duty(at, office) else self.hours.next_start(local, lambda day: False)

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if not (self.telegram or self.whatsapp):
            raise ValueError("expected telegram or whatsapp: nobody could reach this person")
        return self


class Invited(Consultant):
    """Somebody who joined by an invitation: her chats are known from it, not from a file."""

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        return self


class Operator(Reachable):
    """Who gets the alarms."""

    language: Language = "es"
