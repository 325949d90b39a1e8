"""What a consultant reads of a request that was told step by step."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.entities import Subject
from bot.journeys import drafts
from bot.journeys.words import answer_lines
from bot.services import Services
from bot.store.tables import Case, IntakeDraft

BEFORE_TAKING = {
    "specialty": "specialty",
    "relation": "relative",
    "city": "city",
    "age": "age",
}  # a step, and its line of the card


SAID_OF_WHO = ("self", "physician")  # of a relative the card says which


async def wish(services: Services, session: AsyncSession, case: Case, language: str) -> dict[str, list[str]]:
    """What was told of care, for whom and place, by the kind of the card's line: only what is chosen among known things."""
    draft = await drafts.of_case(session, case)
    if draft is None:
        return {}
    found = {}
    who = str(drafts.told(draft).get("who", {}).get("value", ""))
    if who in SAID_OF_WHO:
        found["relative"] = [services.texts.word("who", who, language)]
    for step, kind in BEFORE_TAKING.items():
        if value := str(drafts.told(draft).get(step, {}).get("value", "")):
            found[kind] = [_shown(services, kind, value, language)]
    return found


def _shown(services: Services, kind: str, value: str, language: str) -> str:
    if kind == "specialty":
        return services.entities.shown_subject(Subject.read(value), language)
    if kind == "age":
        return services.texts.title(f"intake_age_{value}", language)
    return services.entities.shown(kind, value, language)


async def specialty(session: AsyncSession, case: Case) -> str:
    """The subject that was told as the specialty, as `Subject` writes it; "" when none was."""
    draft = await drafts.of_case(session, case)
    return str(drafts.told(draft).get("specialty", {}).get("value", "")) if draft else ""


async def state_line(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    """Whether the request is whole: of no interest before anything was told."""
    draft = await drafts.of_case(session, case)
    if draft is None or not drafts.told(draft):
        return []
    return [_text(services, f"desk.card.intake.{_state(draft)}", language)]


async def block(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    """All that was told, a line each, for whoever holds the case."""
    draft = await drafts.of_case(session, case)
    lines = answer_lines(services, draft, language) if draft else []
    if draft is None or not lines:
        return []
    return [_text(services, f"desk.intake.{_state(draft)}", language), *lines, ""]


def _state(draft: IntakeDraft) -> str:
    return "whole" if draft.confirmed_at else "partial"


def _text(services: Services, key: str, language: str) -> str:
    return services.texts.render(key, language, {}, services.office, services.real).text
