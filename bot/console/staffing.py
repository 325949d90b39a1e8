"""What the head of office or the administrator does with consultants: away, back, invited, removed. As `puente consultant …`
and the chat do it; each is a line of the audit log."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.channels.base import ChannelName
from bot.channels.telegram.links import start_link
from bot.console import told
from bot.console.audit import PERSON, keep
from bot.console.pages import text, unknown
from bot.console.people import LANES, PAGE, moment, named
from bot.console.visit import Visit
from bot.desk import inviting, roster
from bot.desk.inviting import NotDone
from bot.desk.joining import HandedOver, invite
from bot.desk.orders.absence import LONGEST, call_back, send_away
from bot.store.tables import Consultant

LANGUAGES = {"es": ["es"], "en": ["en"], "es-en": ["es", "en"], "en-es": ["en", "es"]}
LONGEST_NAME = 60


async def staff(visit: Visit) -> Response:
    """What the form says; the outcome is told on the page, an invitation this once only."""
    if not visit.runs_the_office:
        return await unknown(visit)
    async with visit.services.database.session() as session:
        texts = await _done(visit, session)
        await told.leave(visit, session, PAGE, texts)
    return RedirectResponse(PAGE, 303)


async def _done(visit: Visit, session: AsyncSession) -> list[str]:
    what = visit.form.get("what", "")
    try:
        if what == "add":
            return await _add(visit, session)
        row = await named(session, visit.form.get("who", ""))
        if row is None or what not in DEEDS:
            raise NotDone("unknown", "")
        return await DEEDS[what](visit, session, row)
    except NotDone as error:
        return [text(visit, f"person.not_done.{error.kind}")]


async def _add(visit: Visit, session: AsyncSession) -> list[str]:
    services = visit.services
    profile = _profile(visit.form, [inviting.ANY, *services.office.specialties])
    profile["head"] = (
        visit.me is not None and "head" in visit.form
    )  # the administrator makes nobody a reader of all cases
    row, invitation = await inviting.add(session, services.office, profile, services.clock())
    _keep(visit, session, "invited", row)
    return await _to_hand_over(visit, row, invitation)


def _profile(form: Mapping[str, str], specialties: list[str]) -> dict[str, Any]:
    """What the form says of somebody new, in the shape of office.yml."""
    return {
        "name": form.get("name", "")[:LONGEST_NAME],
        "languages": LANGUAGES.get(form.get("languages", ""), ["es"]),
        "specialties": [one for one in specialties if f"area-{one}" in form] or [inviting.ANY],
        "lanes": [one for one in LANES if f"lane-{one}" in form] or [LANES[0]],
    }


async def _invite(visit: Visit, session: AsyncSession, row: Consultant) -> list[str]:
    if not row.invited:
        raise NotDone("in_file", "")
    invitation = await invite(session, visit.services.clock(), row.id)
    _keep(visit, session, "invited", row)
    return await _to_hand_over(visit, row, invitation)


async def _remove(visit: Visit, session: AsyncSession, row: Consultant) -> list[str]:
    if not row.invited:
        raise NotDone("in_file", "")
    if visit.me and visit.me.id == row.id:
        raise NotDone("oneself", "")
    await inviting.end_access(session, row)
    _keep(visit, session, "removed", row)
    return [text(visit, "person.removed", consultant=row.profile["name"])]


async def _away(visit: Visit, session: AsyncSession, row: Consultant) -> list[str]:
    services, now = visit.services, visit.services.clock()
    person = await roster.colleague(services, session, row.id)
    try:
        until = moment(visit, visit.form.get("until", ""))
    except ValueError:
        raise NotDone("moment", "") from None
    if person is None or (until and not now < until <= now + LONGEST):
        raise NotDone("moment" if person else "unknown", "")
    await send_away(services, session, person, until)
    _keep(visit, session, "sent_away", row)
    return [text(visit, "person.away.told", consultant=person.name)]


async def _back(visit: Visit, session: AsyncSession, row: Consultant) -> list[str]:
    person = await roster.colleague(visit.services, session, row.id)
    if person is None or not person.paused:
        raise NotDone("not_away" if person else "unknown", "")
    await call_back(visit.services, session, person)
    _keep(visit, session, "called_back", row)
    return [text(visit, "person.back.told", consultant=person.name)]


DEEDS: Mapping[str, Callable[[Visit, AsyncSession, Consultant], Awaitable[list[str]]]] = {
    "away": _away,
    "back": _back,
    "invite": _invite,
    "remove": _remove,
}


def _keep(visit: Visit, session: AsyncSession, what: str, row: Consultant) -> None:
    keep(visit, session, what, about=f"{PERSON}{row.id}")


async def _to_hand_over(visit: Visit, row: Consultant, invitation: HandedOver) -> list[str]:
    services = visit.services
    until = services.texts.say_time(
        invitation.expires_at, services.clock(), visit.language, services.office.time_zone
    )
    telegram = await start_link(services.channels.get(ChannelName.TELEGRAM), invitation.token)
    whatsapp = inviting.whatsapp_link(services.settings, invitation.word)
    lines = [
        text(visit, "person.invited", consultant=row.profile["name"], until=until),
        text(visit, "person.invited.word", word=invitation.word),
        *([f"Telegram: {telegram}"] if telegram else []),
        *([f"WhatsApp: {whatsapp}"] if whatsapp else []),
        text(visit, "person.invited.once"),
    ]
    return lines
