"""Orders of the head of office: the office closed for today, the assistant off, and both back."""

from collections.abc import Sequence

from bot.desk import roster, switches
from bot.desk.desk import Desk, Order
from bot.desk.roster import Colleague
from bot.desk.switches import ASSISTANT_OFF, CLOSED
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say


async def closed_today(desk: Desk, order: Order) -> Sequence[Say]:
    if refused := await _refused(desk):
        return refused
    present = await roster.on_duty(desk.services, desk.session)  # afterwards few are
    until = switches.end_of_today(desk.services)
    turned = await switches.turn_on(desk.services, desk.session, CLOSED, desk.me.id, until)
    if turned:
        await _tell_others(desk, present, "desk.day.told.closed")
    back = Offer("open_today", {"do": "open_today"})
    values = await _opening(desk, desk.me.language)
    return [Say("desk.day.closed" if turned else "desk.day.closed_already", values, options=[back])]


async def open_today(desk: Desk, order: Order) -> Sequence[Say]:
    if refused := await _refused(desk):
        return refused
    if not await switches.turn_off(desk.services, desk.session, CLOSED):
        return [Say("desk.day.not_closed", options=[Offer("closed_today", {"do": "closed_today"})])]
    await switches.look_again(desk.services, desk.session)
    await _tell_others(desk, await roster.on_duty(desk.services, desk.session), "desk.day.told.open")
    return [Say("desk.day.open")]


async def assistant_off(desk: Desk, order: Order) -> Sequence[Say]:
    if refused := await _refused(desk):
        return refused
    back = [Offer("assistant_on", {"do": "assistant_on"})]
    if not await switches.turn_on(desk.services, desk.session, ASSISTANT_OFF, desk.me.id):
        return [Say("desk.day.assistant_off_already", options=back)]
    await _tell_others(desk, await roster.on_duty(desk.services, desk.session), "desk.day.told.assistant_off")
    return [Say("desk.day.assistant_off", options=back)]


async def assistant_on(desk: Desk, order: Order) -> Sequence[Say]:
    if refused := await _refused(desk):
        return refused
    if not await switches.turn_off(desk.services, desk.session, ASSISTANT_OFF):
        return [Say("desk.day.assistant_on_already")]
    await _tell_others(desk, await roster.on_duty(desk.services, desk.session), "desk.day.told.assistant_on")
    return [Say("desk.day.assistant_on")]


async def _refused(desk: Desk) -> list[Say]:
    """Whoever is not head of office learns who can do it."""
    if desk.me.listed.head:
        return []
    heads = [one.name for one in await roster.colleagues(desk.services, desk.session) if one.listed.head]
    if not heads:
        return [Say("desk.day.no_head")]
    return [Say("desk.day.head_only", {"heads": desk.services.texts.say_list(heads, desk.me.language)})]


async def _tell_others(desk: Desk, present: Sequence[Colleague], key: str) -> None:
    """One line to everybody on duty: who did it, and when the office opens."""
    for person in present:
        if person.id == desk.me.id:
            continue
        values = {"consultant": desk.me.name, **await _opening(desk, person.language)}
        await tell(desk.services, desk.session, person, [Say(key, values)])


async def _opening(desk: Desk, language: str) -> dict[str, str]:
    services = desk.services
    opening = await switches.next_opening(services, desk.session) or switches.end_of_today(services)
    return {
        "opening": services.texts.say_time(opening, services.clock(), language, services.office.time_zone)
    }
