"""A line that she edited: the patient's copy follows, the addressee never changes, and no order is carried out twice."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.channels.errors import OutcomeUnknown
from bot.desk import cases, edits
from bot.desk.desk import Desk, Order
from bot.desk.orders import doubting
from bot.desk.orders.undoing import WAITING
from bot.desk.orders.writing import opening_words
from bot.desk.relay import to_patient
from bot.dialogue.say import Say
from bot.family import contacts
from bot.outbox.draft import RELAY, Draft
from bot.store.tables import Case, Conversation, Entry, Message, Send


async def edit(desk: Desk, order: Order) -> Sequence[Say]:
    """In place on Telegram, a correction on WhatsApp; what has not left yet leaves as it reads now."""
    before = await edits.versions(desk.session, desk.message)
    if before and before[-1].body.get("text", "") == desk.message.body.get("text", ""):
        return []  # Telegram tells also of what changes no word
    was = await _command(desk, before[0]) if before else ""
    sends = await edits.carried(desk.session, before, RELAY)
    if not sends:
        return [Say("desk.edits.command")] if was else await _not_sent(desk, before)
    if await _canned(desk, before, sends):
        return [Say("desk.edits.command")]
    now = await _command(desk, desk.message)
    if now and (now in ("note", "reply") or now != was):
        return [Say("desk.edits.into_command")]
    return await _carry_over(desk, sends)


async def _canned(desk: Desk, before: Sequence[Message], sends: Sequence[Send]) -> bool:
    """Whether the patient has an approved answer for these words, not the words themselves."""
    query = select(Entry).where(Entry.case_id == sends[-1].case_id, Entry.kind == "canned")
    entries = await desk.session.scalars(query)
    return not {entry.body.get("message") for entry in entries}.isdisjoint(one.id for one in before)


async def _command(desk: Desk, message: Message) -> str:
    """The command that these words are, or may be with a slip; "" for words to a patient."""
    doubt = await doubting.meant(desk, message)
    return str(doubt.meaning["command"]) if doubt else ""


async def _not_sent(desk: Desk, before: Sequence[Message]) -> Sequence[Say]:
    """It reached nobody. Where she is still asked for whom it is, the new words are what will go."""
    if not before or await _command(desk, desk.message):
        return [Say("desk.edits.not_sent")]
    for message in before:
        message.body = {**message.body, "text": desk.message.body.get("text", "")}
    return [] if desk.conversation.awaiting else [Say("desk.edits.not_sent")]


async def _carry_over(desk: Desk, sends: Sequence[Send]) -> Sequence[Say]:
    number = sends[-1].case_id
    case = await cases.locked(desk.session, number) if number else None
    if case is None or case.closed_at or case.holder_id != desk.me.id:
        return [Say("desk.edits.not_hers", {"case": str(number or "–")})]
    words = await _opened(desk, case, sends[0])
    if await _reworded(desk, case, sends, words):
        return []
    patient = await _reader(desk, case, sends)
    if patient is None:
        return [Say("desk.family.gone", {"case": str(case.id)})]
    if desk.message.body.get("attachments") or not edits.editable(desk.services, patient, sends):
        words = _correction(desk, patient, case, desk.message.body.get("text", ""))
    await to_patient(desk.services, desk.session, case, desk.me, desk.message, words=words, chat=patient)
    return []


async def _reader(desk: Desk, case: Case, sends: Sequence[Send]) -> Conversation | None:
    """In whose chat the change is shown: the relative's who had the line, while she is in the case; else the patient's."""
    last = sends[-1].conversation_id
    if last in await cases.chats_of(desk.session, case):
        return await desk.session.get_one(Conversation, case.conversation_id)
    theirs = await contacts.relative(desk.session, case, last)
    return theirs.chat if theirs else None


async def _opened(desk: Desk, case: Case, first: Send) -> str:
    """Her words as they read now, after the line that she is there again where the first ones had it."""
    opening, words = await opening_words(desk, case), desk.message.body.get("text", "")
    return f"{opening}\n\n{words}" if first.body.get("text", "").startswith(opening) else words


def _correction(desk: Desk, patient: Conversation, case: Case, text: str) -> str:
    services, language = desk.services, patient.language or case.language
    values = {"text": text}
    return services.texts.render("handoff.correction", language, values, services.office, services.real).text


async def _reworded(desk: Desk, case: Case, sends: Sequence[Send], words: str) -> bool:
    """Whether the one bubble still waits here, so that the patient never sees how it read before."""
    query = select(Send).where(Send.id.in_([one.id for one in sends])).with_for_update(key_share=True)
    locked = (await desk.session.scalars(query.execution_options(populate_existing=True))).all()
    if len(locked) != 1 or locked[0].state not in WAITING or locked[0].error == OutcomeUnknown.__name__:
        return False
    draft = replace(Draft.from_json(locked[0].body), text=words)
    locked[0].body = draft.to_json()
    await cases.append(desk.services, desk.session, case, "edited", desk.me.id, message=desk.message.id)
    return True
