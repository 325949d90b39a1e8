"""In and out: the password of the first administrator, a consultant's link, sign-out, the language."""

import hmac

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.console import attempts, sessions
from bot.console.pages import shown
from bot.console.visit import COOKIE, HOME, Visit
from bot.desk import console_link
from bot.store.audit import ADMINISTRATOR, CONSULTANT, UNKNOWN, record
from bot.store.tables import ConsoleLink, ConsoleSession, Conversation


async def sign_in_form(visit: Visit) -> Response:
    return shown(visit, "sign_in", wrong=False, minutes=0)


async def sign_in(visit: Visit) -> Response:
    """By password. One guess at a time, and none while the door is locked: not even the right one."""
    services = visit.services
    async with services.database.session() as session:
        await attempts.one_at_a_time(session)
        minutes = await attempts.locked_minutes(services, session, visit.address)
        if minutes:
            return shown(visit, "sign_in", 429, wrong=False, minutes=minutes)
        if not _is_the_password(visit):
            return await _wrong(visit, session)
        await attempts.forgive(session, visit.address)
        return await _let_in(visit, session, None)


def _is_the_password(visit: Visit) -> bool:
    password = visit.services.settings.console_password
    typed = visit.form.get("password", "").strip()
    return password is not None and hmac.compare_digest(
        typed.encode(), password.get_secret_value().strip().encode()
    )


async def _wrong(visit: Visit, session: AsyncSession) -> Response:
    services = visit.services
    await attempts.count(services, session, visit.address)
    record(session, services.clock, "wrong_password", actor=UNKNOWN)
    minutes = await attempts.locked_minutes(services, session, visit.address)
    if minutes:
        record(session, services.clock, "locked_out", actor=UNKNOWN)
    return shown(visit, "sign_in", 429 if minutes else 401, wrong=True, minutes=minutes)


async def _let_in(visit: Visit, session: AsyncSession, link: ConsoleLink | None) -> Response:
    """A new cookie; the session that this browser had ends."""
    language = visit.language if link is None else await _language_of(session, link)
    if former := visit.request.cookies.get(COOKIE):
        await sessions.end(session, former)
    token = await sessions.start(visit.services, session, link, language)
    actor, who = (CONSULTANT, link.consultant_id) if link else (ADMINISTRATOR, None)
    record(session, visit.services.clock, "signed_in", actor=actor, who=who)
    response = RedirectResponse(HOME, 303)
    visit.set_cookie(response, COOKIE, token)
    return response


async def _language_of(session: AsyncSession, link: ConsoleLink) -> str:
    return (await session.get_one(Conversation, link.conversation_id)).language or "es"


async def enter_form(visit: Visit) -> Response:
    """Behind a link: a button. Looking at it spends nothing."""
    token = visit.request.path_params["token"]
    async with visit.services.database.session() as session:
        good = await console_link.is_good(visit.services, session, token)
    return shown(visit, "enter" if good else "message", 200 if good else 410, key="link_spent")


async def enter(visit: Visit) -> Response:
    async with visit.services.database.session() as session:
        link = await console_link.spend(visit.services, session, visit.request.path_params["token"])
        if link is not None:
            return await _let_in(visit, session, link)
    return shown(visit, "message", 410, key="link_spent")


async def sign_out(visit: Visit) -> Response:
    async with visit.services.database.session() as session:
        await sessions.end(session, visit.token)
        actor, who = (CONSULTANT, visit.me.id) if visit.me else (ADMINISTRATOR, None)
        record(session, visit.services.clock, "signed_out", actor=actor, who=who)
    response = RedirectResponse(HOME, 303)
    response.delete_cookie(COOKIE, path=HOME)
    return response


async def language(visit: Visit) -> Response:
    """The other one, from here on; back to the page."""
    async with visit.services.database.session() as session:
        row = await session.get(ConsoleSession, sessions.fingerprint(visit.token))
        if row is not None:
            row.language = "en" if row.language == "es" else "es"
    back = visit.form.get("back", HOME)
    return RedirectResponse(back if back.startswith(f"{HOME}/") else HOME, 303)
