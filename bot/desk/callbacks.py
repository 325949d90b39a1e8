"""A patient asked to be called: what the case keeps of it, and how consultants read it.

`callback_since` is set from the asking until a consultant says that she called. The number is shown to who holds the case.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.cases import append
from bot.desk.clocks import both_clocks
from bot.desk.phones import read_out
from bot.services import Services
from bot.store.tables import Case


async def ask(
    services: Services, session: AsyncSession, case: Case, number: str, at: datetime | None
) -> None:
    """Note the call in the case, or correct what is noted. The case is locked."""
    if case.callback_since is None:
        case.callback_since, case.callback_number, case.callback_at = services.clock(), None, None
        await append(services, session, case, "callback")
    case.callback_number = number or case.callback_number
    case.callback_at = at or case.callback_at


async def done(services: Services, session: AsyncSession, case: Case, who: UUID) -> None:
    """She called."""
    case.callback_since = case.callback_number = case.callback_at = None
    await append(services, session, case, "called", who)


def line(services: Services, case: Case, language: str, *, number: bool) -> list[str]:
    """`Pide que le llamen: +52 55 1234 5678, mañana a las 17:00 (hora del hospital: 15:00)`; nothing when nobody asked."""
    if case.callback_since is None:
        return []
    shown = read_out(case.callback_number) if number and case.callback_number else ""
    values = {"case": str(case.id), "number": shown}
    if case.callback_at is None:
        key = "desk.callback.number.soon" if shown else "desk.callback.soon"
        return [_text(services, key, language, **values)]
    key = "desk.callback.number.at" if shown else "desk.callback.at"
    return [_text(services, key, language, **values, **both_clocks(services, case.callback_at, language))]


def _text(services: Services, key: str, tongue: str, /, **values: str) -> str:
    return services.texts.render(key, tongue, values, services.office, services.real).text
