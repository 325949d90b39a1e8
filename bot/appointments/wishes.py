"""What somebody who wants a visit has said so far. Between two messages it is a row here: Rasa's memory may be thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.when import When
from bot.duty import duty
from bot.services import Services
from bot.store.tables import SlotWish

ANY_TIME = When()
FRESH = timedelta(hours=24)  # what was said longer ago is asked again


@dataclass(frozen=True, slots=True)
class Wish:
    """`specialty`: a key of the calendars. `moving`: the appointment that a tapped slot replaces, or 0. `words`: her own."""

    specialty: str = ""
    when: When = ANY_TIME
    cities: tuple[str, ...] = ()
    words: str = ""
    moving: int = 0
    shown: str = ""  # the last slot that was offered, ISO 8601: "more" goes on behind it

    def to_json(self) -> dict[str, Any]:
        return {
            "specialty": self.specialty,
            "when": self.when.to_json(),
            "cities": list(self.cities),
            "words": self.words,
            "moving": self.moving,
            "shown": self.shown,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "when": When.from_json(data["when"]), "cities": tuple(data["cities"])})


async def wish_of(services: Services, session: AsyncSession, conversation_id: UUID) -> Wish:
    """What was said within a day; else nothing yet."""
    row = await session.get(SlotWish, conversation_id, populate_existing=True)
    if row is None or row.updated_at < services.clock() - FRESH:
        return Wish()
    return Wish.from_json(row.told)


async def keep(services: Services, session: AsyncSession, conversation_id: UUID, wish: Wish) -> None:
    told = {"told": wish.to_json(), "updated_at": services.clock()}
    row = insert(SlotWish).values(conversation_id=conversation_id, **told)
    await session.execute(row.on_conflict_do_update(index_elements=["conversation_id"], set_=told))


@duty(lambda now: select(SlotWish).where(SlotWish.updated_at < now - FRESH))
async def forget_wishes(services: Services, session: AsyncSession) -> None:
    """What nobody went on with."""
    for wish in (
        await session.scalars(forget_wishes.due(services.clock()).with_for_update(skip_locked=True))
    ).all():
        await session.delete(wish)
