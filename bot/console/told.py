"""What came of an order, told once on the page where it was given."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from bot.console import sessions
from bot.console.visit import HOME, Visit
from bot.store.tables import ConsoleSession

type Told = dict[str, Any]


def path_of(page: str) -> str:
    """A page without what follows the `?`: its name here."""
    return urlsplit(page).path


def page_in(visit: Visit, otherwise: str) -> str:
    """The page that a form was sent from, as its field `back` says; only one of ours."""
    back = visit.form.get("back", "")
    return back if back.startswith(f"{HOME}/") else otherwise


async def leave(
    visit: Visit,
    session: AsyncSession,
    page: str,
    texts: list[str],
    case: int = 0,
    options: list[dict[str, str]] | None = None,
) -> None:
    """For the next look at `page`. `options`: buttons, as token and title, about the case."""
    row = await session.get_one(ConsoleSession, sessions.fingerprint(visit.token))
    told = {"page": path_of(page), "back": page, "case": case, "texts": texts, "options": options or []}
    row.notice = told if texts else None


async def read(visit: Visit, session: AsyncSession) -> Told | None:
    """What was left for this page, if anything; not to the page that refreshes itself."""
    row = await session.get(ConsoleSession, sessions.fingerprint(visit.token))
    if visit.live or row is None or row.notice is None or row.notice.get("page") != visit.request.url.path:
        return None
    told, row.notice = row.notice, None
    return told
