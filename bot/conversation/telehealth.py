"""A telehealth visit from the patient's side: slots are offered, one is taken by a tap, moved, cancelled. What an action
asked for (effects), and what a button means (`visit_tapped.py`), carried out in the turn's transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments import booking, wishes
from bot.appointments.buttons import others, ours
from bot.appointments.wishes import Wish
from bot.appointments.wording import values_of
from bot.appointments.zones import place_of
from bot.conversation.slots import Payload, area, ask, move, no_calendar, own, really, said, which
from bot.conversation.turn import Effect, Turn
from bot.conversation.visits_told import enclose, tell_office
from bot.dialogue.say import Say
from bot.privacy import consent
from bot.store.tables import Appointment, Choice

# --- what an action asked for -----------------------------------------------------------------------------------------


def offer_slots(payload: Payload) -> Effect:
    """Effect: the next slots that fit what was said; what is still missing is asked."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        before = await wishes.wish_of(turn.services, session, turn.conversation.id)
        if not (payload.get("resumed") or payload.get("again")) or before == Wish():
            before = said(turn, payload, Wish() if payload.get("anew") else before)
        found, unknown = area(turn, payload.get("specialty", ""))
        wish = replace(before, specialty=found or before.specialty)
        if payload.get("pending"):  # the consent is asked first; then this goes on
            await wishes.keep(turn.services, session, turn.conversation.id, wish)
            return ()
        if unknown:
            return await no_calendar(turn, session, unknown)
        return await ask(turn, session, wish)

    return effect


def move_appointment(payload: Payload) -> Effect:
    """Effect: other slots for the visit that is meant; asked which, if there are several."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        visits = await booking.coming(session, turn.conversation.id)
        if len(visits) != 1:
            return [which(turn, visits, "move")]
        return await move(turn, session, visits[0], payload)

    return effect


def cancel_appointment(payload: Payload) -> Effect:
    """Effect: asked once more before it is cancelled."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        visits = await booking.coming(session, turn.conversation.id)
        return [really(turn, visits[0]) if len(visits) == 1 else which(turn, visits, "cancel_ask")]

    return effect


def choose(payload: Payload) -> Effect:
    """Effect: a typed yes or no to what was asked about a visit is the tap on the button that says so."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        tokens = [option["token"] for option in (turn.conversation.last_said or {}).get("options", ())]
        rows = (await session.scalars(select(Choice).where(Choice.token.in_(tokens)))).all()
        meaning = next((row.meaning for row in rows if row.meaning.get("on") == payload["word"]), None)
        return await carry_out(meaning)(turn, session) if meaning else [Say("telehealth.gone")]

    return effect


# --- what a button means ------------------------------------------------------------------------------------------------


def carry_out(meaning: Mapping[str, Any]) -> Effect:
    """Effect: what was tapped."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        return await _TAPPED[meaning["do"]](turn, session, meaning)

    return effect


async def _book(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    services, conversation = turn.services, turn.conversation
    wish = await wishes.wish_of(services, session, conversation.id)
    wish = replace(wish, specialty=str(meaning["specialty"]))
    if not await consent.given(session, conversation.id):
        return await ask(turn, session, wish)
    at = datetime.fromisoformat(meaning["at"])
    old = await own(turn, session, wish.moving) if wish.moving else None
    old = old if old and old.specialty == wish.specialty else None
    if old and old.starts_at == at:  # tapped twice
        return [
            Say("telehealth.reserved.already", values_of(services, old, turn.language), options=ours(old))
        ]
    new = await _taken(turn, session, wish, at, old)
    if new is None:
        return await ask(turn, session, wish, "telehealth.slots.taken")
    await wishes.keep(services, session, conversation.id, replace(wish, moving=new.id))
    told = await tell_office(turn, session, new, "moved" if old else "reserved")
    key = "telehealth.moved" if old else "telehealth.reserved"
    say = Say(key, values_of(services, new, turn.language), options=ours(new))
    return [say, *enclose(turn, new), *told]


async def _taken(
    turn: Turn, session: AsyncSession, wish: Wish, at: datetime, old: Appointment | None
) -> Appointment | None:
    services = turn.services
    if old:
        return await booking.move(services, session, old, at)
    place = place_of(services, wish.cities)
    return await booking.take(
        services, session, turn.conversation.id, wish.specialty, at, place, notes=wish.words
    )


async def _more(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    wish = await wishes.wish_of(turn.services, session, turn.conversation.id)
    wish = wish if wish.specialty else replace(wish, specialty=str(meaning["specialty"]))
    return await ask(turn, session, wish, "telehealth.slots.more", further=True)


async def _specialty(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    wish = await wishes.wish_of(turn.services, session, turn.conversation.id)
    return await ask(turn, session, replace(wish, specialty=str(meaning["specialty"])))


async def _move_tapped(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    visit = await own(turn, session, meaning["visit"])
    return await move(turn, session, visit, {}) if visit else [Say("telehealth.gone")]


async def _cancel_asked(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    visit = await own(turn, session, meaning["visit"])
    return [really(turn, visit) if visit else Say("telehealth.gone")]


async def _cancel(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    visit = await own(turn, session, meaning["visit"])
    if visit is None:
        return [Say("telehealth.gone")]
    booking.end(visit, "cancelled")
    visit.sequence += 1
    told = await tell_office(turn, session, visit, "cancelled")
    say = Say("telehealth.cancelled", values_of(turn.services, visit, turn.language))
    return [say, *enclose(turn, visit), *told]


async def _keep(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    visit = await own(turn, session, meaning["visit"])
    if visit is None:
        return [Say("telehealth.gone")]
    return [Say("telehealth.kept", values_of(turn.services, visit, turn.language), options=())]


async def _coming(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    """She will be there: the office is told once."""
    visit = await own(turn, session, meaning["visit"])
    if visit is None:
        return [Say("telehealth.gone")]
    if visit.coming_at is None:
        visit.coming_at = turn.now
        await tell_office(turn, session, visit, "coming")
    values = values_of(turn.services, visit, turn.language)
    return [Say(f"telehealth.coming.{visit.state}", values, options=())]


async def _accept(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    """What a consultant proposed suits her."""
    held = await own(turn, session, meaning["visit"], states=("held", *booking.AGREED))
    if held is None or not (
        held.state in booking.AGREED or await booking.accept(turn.services, session, held)
    ):
        return [
            Say(
                "telehealth.proposed.gone",
                options=others(str(meaning["specialty"]), int(meaning["instead_of"])),
            )
        ]
    await tell_office(turn, session, held, "accepted")
    say = Say("telehealth.confirmed", values_of(turn.services, held, turn.language), options=ours(held))
    return [say, *enclose(turn, held)]


async def _other(turn: Turn, session: AsyncSession, meaning: Mapping[str, Any]) -> Sequence[Say]:
    """Not what was proposed: she chooses herself."""
    if held := await own(turn, session, int(meaning.get("visit", 0)), states=("held",)):
        booking.end(held, "cancelled")
    return await ask(turn, session, Wish(str(meaning["specialty"]), moving=int(meaning["instead_of"])))


_TAPPED: Mapping[str, Callable[[Turn, AsyncSession, Mapping[str, Any]], Awaitable[Sequence[Say]]]] = {
    "book": _book,
    "more": _more,
    "specialty": _specialty,
    "move": _move_tapped,
    "cancel_ask": _cancel_asked,
    "cancel": _cancel,
    "keep": _keep,
    "coming": _coming,
    "accept": _accept,
    "other": _other,
}
