"""What the hospital wants for a specialty (data/records.yml), ticked by the patient's tap on what a file is: never guessed."""

import functools
from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import ROOT
from bot.datafile import read_as
from bot.services import Services
from bot.store.tables import Record

OTHER = "other"  # the list of every specialty without one; and what a file is when it is nothing on the list
FILE = ROOT / "data" / "records.yml"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the list. `key`: of the text that names it. `name`: as in data/records.yml."""

    name: str
    ready: bool

    @property
    def key(self) -> str:
        return f"records.item.{self.name}"


class _Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    items: Annotated[tuple[str, ...], Field(min_length=1, max_length=7)]
    source: str = ""
    demo: bool = False

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not (self.source or self.demo):
            raise ValueError("expected source: who wants this (or demo: true)")
        return self


@functools.cache
def lists() -> dict[str, _Wanted]:
    """The lists by specialty. Raises DataFileError with every problem found."""
    return read_as(FILE, dict[str, _Wanted])


def wanted(services: Services, specialty: str) -> tuple[str, ...]:
    """Names of what is wanted; none where nobody vouches for the list and real people would read it."""
    found = lists().get(specialty) or lists()[OTHER]
    return () if found.demo and services.real else found.items


async def checklist(
    services: Services,
    session: AsyncSession,
    conversation_id: UUID,
    specialty: str,
    case_id: int | None = None,
) -> list[Item]:
    """What is wanted for the specialty ("" when it is not known), and what of it this conversation has sent, or anybody for
    this case. Empty when a consultant has to say."""
    names = wanted(services, specialty)
    theirs = or_(Record.conversation_id == conversation_id, Record.case_id == (case_id or 0))
    query = select(Record.item).where(theirs, Record.state == "kept")
    ready = set(await session.scalars(query.distinct())) if names else set()
    return [Item(name, name in ready) for name in names]
