"""Words for a patient: whom they are for, and on their way; no reply to the wrong patient, ever."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.desk import addressing, cases, focus, roster
from bot.desk.desk import LISTED, Desk, Order, Refusal, shortened
from bot.desk.lately import words_of
from bot.desk.notify import is_safety
from bot.desk.relay import to_patient
from bot.dialogue.say import Offer, Say
from bot.outbox.draft import FORWARD, NOTICE, PAGE, RELAY
from bot.store.tables import Case, Choice, Conversation, Entry, Message, Send
from bot.texts.commands import plain

WAITS = timedelta(seconds=5)  # before a line leaves for another patient than her last one
KEPT = timedelta(minutes=10)  # lines no older than this are asked about together
SHOWN = (FORWARD.name, NOTICE.name, PAGE.name)  # bubbles for her that she may be answering
LONGEST_SHOWN = 80  # characters of a line of hers, said back to her


async def relay(desk: Desk, order: Order) -> Sequence[Say]:
    """To the patient of the case quoted, else in focus, else of the only one she holds; else kept, and she is asked which."""
    kept = await _kept(desk, order)
    if number := order.meaning.get("case") or await _named_in_answer(desk, kept):
        words, picked = order.meaning.get("words"), order.meaning.get("to", "")
        return await send(desk, await ready(desk, number), kept or [desk.message], words, picked=picked)
    # A button that names no case was offered when it was not clear whose: what she holds by now makes it no clearer.
    case = None if order.meaning else await _meant(desk)
    if case is None:
        return await _which(desk, [*kept, desk.message])
    return await send(desk, case, [desk.message], before=kept)


async def addressed(desk: Desk, order: Order, **more: Any) -> Case | list[Say]:
    """The case that her words are for, locked, hers and open; else the question which (a tap repeats the order with `more`).
    Refusal when the one that she quotes, names or has in focus is closed or not hers."""
    if order.number:
        return await ready(desk, order.number)
    case = None if "case" in order.meaning else await _meant(desk)  # a button that could not tell whose
    return case if case is not None else desk.which(order.name, await desk.held(), **more)


async def _meant(desk: Desk) -> Case | None:
    number = await destined(desk)
    return await ready(desk, number) if number else None


async def destined(desk: Desk) -> int:
    """The case that her words are for: quoted, else of the topic they stand in, else in focus, else the only one that she
    holds. 0 when in doubt: she quotes what names no case, or the last that she saw or wrote was another's, though that one is
    no longer hers."""
    number, body = await desk.quoted_number(), desk.message.body
    tapped = body.get("choice")  # quotes its own bubble, whatever that is about
    if number or (body.get("quoted") and not tapped):
        return number
    if focused := await focus.of(desk.services, desk.session, desk.conversation):
        return focused
    mine = await desk.held()
    only = mine[0].id if len(mine) == 1 else 0
    return only if only and await _last_seen(desk) in (0, only) else 0


async def after_all_offer(desk: Desk, order: Order, message: int) -> Offer:
    """The button that sends to a patient what was taken for an order: to the one for whom it would have been then."""
    meant = order.meaning["meant"] if "meant" in order.meaning else await destined(desk)
    return Offer("send_anyway", {"do": "relay", "message": message, "case": meant})


async def _last_seen(desk: Desk) -> int:
    """The case of the last bubble that was for her, or that she wrote to a patient. Cards of waiting cases say nothing that
    she could be answering."""
    chats = [chat.id for chat in desk.me.conversations]
    hers = select(Message.id).where(Message.conversation_id.in_(chats))
    shown = Send.conversation_id.in_(chats) & Send.purpose.in_(SHOWN)
    wrote = (Send.purpose == RELAY.name) & Send.answers_id.in_(hers) & (Send.state != "cancelled")
    query = select(Send.case_id).where(Send.case_id.is_not(None), shown | wrote)
    return (await desk.session.scalars(query.order_by(Send.id.desc()).limit(1))).one_or_none() or 0


async def ready(desk: Desk, number: int) -> Case:
    """The case, locked, when she may write in it. Refused otherwise, saying what to do; a focus on it ends then."""
    case = await cases.locked(desk.session, number)
    if case is not None and case.closed_at is None and case.holder_id == desk.me.id:
        return case
    if await focus.of(desk.services, desk.session, desk.conversation) == number:
        await focus.drop(desk.session, desk.conversation)
    if case is None:
        raise Refusal(Say("desk.unknown_case", {"case": str(number)}))
    raise Refusal(await _not_writable(desk, case))


async def _not_writable(desk: Desk, case: Case) -> Say:
    values = {"case": str(case.id)}
    if case.closed_at:
        return Say("desk.writing.closed", values, options=[Offer("write", {"do": "write", "case": case.id})])
    holder = await holder_of(desk, case)
    if holder:
        offers = [Offer("take_over", {"do": "take_over", "case": case.id})]
        return Say("desk.writing.of_another", {**values, "consultant": holder}, options=offers)
    return Say("desk.take_first", values, options=[Offer("take", {"do": "take", "case": case.id})])


async def holder_of(desk: Desk, case: Case) -> str:
    """The name of whoever else holds it, or ""."""
    holder = await roster.colleague(desk.services, desk.session, case.holder_id) if case.holder_id else None
    return holder.name if holder else ""


async def send(
    desk: Desk,
    case: Case,
    messages: Sequence[Message],
    words: str | None = None,
    *,
    picked: str = "",
    before: Sequence[Message] = (),
) -> list[Say]:
    """Her bubbles on their way, each once for good however often a button is tapped. `words` instead of their own; `picked`:
    the chat in the case that she tapped; `before`: lines that she was asked about, to be asked about again.

    Returns what she is told: nothing, that they wait a moment because the addressee is not that of her last line, or for
    whom in the case they are.
    """
    fresh = [message for message in messages if not await _sent_in(desk, message)]
    if not fresh:
        return [Say("desk.writing.sent_already", {"case": str(await _sent_in(desk, messages[0]))})]
    chat = await addressing.addressee(desk, case, fresh[0], picked)
    if chat is None:
        return await addressing.ask(desk, case, [*before, *fresh], words)
    due_at, told = await departure(desk, case, fresh, chat, picked=bool(picked))
    opening = await _opening(desk, case)
    for message in fresh:
        text = message.body.get("text", "") if words is None else words
        said = f"{opening}\n\n{text}".strip() if opening else words
        await to_patient(
            desk.services, desk.session, case, desk.me, message, words=said, due_at=due_at, chat=chat
        )
        opening = ""
    return told


async def say_to_patient(desk: Desk, case: Case, text: str, label: str) -> list[Say]:
    """The approved answer `label` to the patient under her name, by the rules of her own words. Returns what she is told."""
    await cases.append(
        desk.services, desk.session, case, "canned", desk.me.id, label=label, message=desk.message.id
    )
    return await send(desk, case, [desk.message], text)


async def departure(
    desk: Desk, case: Case, messages: Sequence[Message], chat: Conversation, *, picked: bool
) -> tuple[datetime | None, list[Say]]:
    """When her bubbles leave (None: now) and what she is told of it. Remembers the addressee; a focus on it is in use.
    `picked`: she has just said to whom in the case."""
    last = await focus.addressee(desk.session, desk.conversation)
    only = not last and len(await desk.held()) == 1
    await focus.wrote_to(desk.session, desk.conversation, case.id)
    if await focus.of(desk.services, desk.session, desk.conversation) == case.id:
        await focus.pick(desk.services, desk.session, desk.conversation, case)
    another = not picked and await addressing.is_another(desk, case, chat)
    if (not another and (only or last == case.id)) or await _answers_danger(desk, case):
        return None, []
    undo = Offer("undo", {"do": "undo", "messages": [message.id for message in messages]})
    told = Say("desk.writing.waits", {"case": str(case.id)}, options=[undo])
    if another:
        values = {**told.values, "name": await addressing.name_of(desk, case, chat)}
        told = replace(told, key="desk.family.waits", values=values)
    return desk.services.clock() + WAITS, [told]


async def _answers_danger(desk: Desk, case: Case) -> bool:
    """Whether she answers a page for danger, by its button or a quote: that waits for nothing."""
    named = case.id in (
        await desk.quoted_number(),
        await focus.of(desk.services, desk.session, desk.conversation),
    )
    return named and is_safety(case)


async def _sent_in(desk: Desk, message: Message) -> int:
    """The case in which this bubble has gone out or waits to; 0 when it has not, or she took it back."""
    query = select(Send.case_id).where(
        Send.answers_id == message.id, Send.purpose == RELAY.name, Send.state != "cancelled"
    )
    return (await desk.session.scalars(query.limit(1))).one_or_none() or 0


async def _opening(desk: Desk, case: Case) -> str:
    """What comes before the first words in a case that she has opened again: that she is there; else ""."""
    query = select(Entry.at).where(
        Entry.case_id == case.id, Entry.kind == "reopened", Entry.consultant_id.is_not(None)
    )
    reopened = (await desk.session.scalars(query.order_by(Entry.id.desc()).limit(1))).one_or_none()
    if reopened is None:
        return ""
    said = select(Send.id).where(
        Send.case_id == case.id,
        Send.purpose == RELAY.name,
        Send.created_at >= reopened,
        Send.state != "cancelled",
    )
    if (await desk.session.scalars(said.limit(1))).one_or_none() is not None:
        return ""
    return await opening_words(desk, case)


async def opening_words(desk: Desk, case: Case) -> str:
    """That she is there again, in the patient's language."""
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    language = patient.language or case.language
    values = {"case": str(case.id), "consultant": desk.me.name}
    services = desk.services
    return services.texts.render(
        "handoff.writes_again", language, values, services.office, services.real
    ).text


async def _kept(desk: Desk, order: Order) -> list[Message]:
    """What she wrote before and was asked about: by the button tapped, or by the question that is still open."""
    numbers = order.meaning.get("messages", ())
    since = None
    if not order.meaning and desk.conversation.awaiting:
        numbers, since = await _asked_about(desk), desk.services.clock() - KEPT
    query = select(Message).where(Message.id.in_(numbers), Message.conversation_id == desk.conversation.id)
    found = await desk.session.scalars(query.order_by(Message.id))
    return [message for message in found if since is None or message.received_at > since]


async def _asked_about(desk: Desk) -> Sequence[int]:
    options = (desk.conversation.last_said or {}).get("options", ())
    row = await desk.session.get(Choice, options[0]["token"]) if options else None
    return row.meaning.get("messages", ()) if row and row.meaning.get("do") == "relay" else ()


async def _named_in_answer(desk: Desk, kept: Sequence[Message]) -> int:
    """The case by whose bare number she answers the question, though the list was too short to offer it; or 0."""
    typed = plain(desk.message.body.get("text", "")).lstrip("#")
    held = {case.id for case in await desk.held()} if kept and typed.isdecimal() else set()
    return int(typed) if held and len(typed) < 10 and int(typed) in held else 0


async def _which(desk: Desk, messages: Sequence[Message]) -> list[Say]:
    mine = await desk.held()
    if not mine:
        return desk.which("relay", mine)
    offers = [
        desk.offer("relay", case, messages=[message.id for message in messages]) for case in mine[:LISTED]
    ]
    return [Say("desk.writing.which", {"words": shown(desk, messages)}, options=offers, asks=True)]


def shown(desk: Desk, messages: Sequence[Message]) -> str:
    """Her own lines, said back to her in short: «No» «Sí»."""
    lines = (words_of(desk.services, message, desk.me.language) for message in messages)
    return " ".join(f"«{shortened(line, LONGEST_SHOWN)}»" for line in lines)
