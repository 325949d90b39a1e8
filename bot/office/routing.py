"""How cases find a consultant: `routing:` of office.yml, and the lanes that consultants work in."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.office.targets import parse_duration

type Lane = Literal["patients", "clinicians"]
"""Who writes: patients and families, or clinicians, researchers and institutions."""

# The labels that clinicians and researchers write about; all others are of the patients' lane.
CLINICIANS_TOPICS = ("collaborate", "ask_research", "ask_careers")
NEVER = "never"


def _widening(written: object) -> object:
    return None if written in (None, NEVER) else parse_duration(written)


class Routing(BaseModel):
    """A case is offered to the best match; after `widen_after` to everybody it suits, after as long again to everybody on
    duty. None ("never" in the file): to everybody it suits at once, and no wider."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    widen_after: Annotated[timedelta | None, BeforeValidator(_widening)] = timedelta(minutes=5)


def lane_of(topic: str) -> Lane:
    """The lane of a case with this topic."""
    return "clinicians" if topic in CLINICIANS_TOPICS else "patients"
