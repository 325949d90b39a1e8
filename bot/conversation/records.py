"""Records in the conversation: files that come in the chat, the page to send them by, the list, and what a file is."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Effect, Outcome, Turn
from bot.desk.received import ask_what_it_is
from bot.dialogue.choices import folded
from bot.dialogue.say import Say
from bot.outbox.why import Cause
from bot.privacy import consent
from bot.records.checklist import OTHER, checklist, wanted
from bot.records.kept import KEPT, TAKEN_IN, sent
from bot.records.links import has_link, upload_link
from bot.records.told import checklist_lines, item_name, line
from bot.store.tables import Case, Record

SEVERAL = timedelta(seconds=8)  # without another file: then what came is told, once
LATELY = timedelta(days=7)  # who sent records within it goes on sending them
SAME_TIME = timedelta(days=1)  # what was sent within it is asked about, one after the other
LISTED = 25  # files in one bubble
COMMANDS = ("my_files", "files")  # the second is a consultant's word, and means the same to a patient


async def ticked(turn: Turn) -> Outcome:
    """Stage: a tap on what a file is: a fact about the case, which interrupts nobody, also while a person is in charge. And a
    typed yes to keeping what came."""
    if turn.choice is None:
        turn.choice = _yes_or_no(turn)
    if turn.choice is None or "record" not in turn.choice:
        return Outcome.GO_ON
    turn.parts.append(_tick(turn.choice))
    turn.cause = Cause("choice")
    return Outcome.REPLY


def _yes_or_no(turn: Turn) -> dict[str, str] | None:
    """A typed "sí" or "no" to the question for consent that stood under what was received: Rasa has not heard it asked."""
    says = (turn.conversation.last_said or {}).get("says", ())
    if not {"records.unconsented", consent.ASKED} <= {say["key"] for say in says}:
        return None
    for name, label in (("yes", "consent"), ("no", "no_consent")):
        titles = (turn.services.texts.title(name, language) for language in ("es", "en"))
        if folded(turn.text) in {folded(title) for title in titles}:
            return {"label": label}
    return None


def _tick(meaning: Mapping[str, Any]) -> Effect:
    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        record = await session.get(Record, UUID(meaning["record"]), with_for_update={"key_share": True})
        if record is None or record.conversation_id != turn.conversation.id:
            return [Say("records.gone")]
        record.item = meaning["item"]
        await session.flush()
        return await _after_tick(turn, session, record)

    return effect


async def _after_tick(turn: Turn, session: AsyncSession, record: Record) -> list[Say]:
    services, language = turn.services, turn.language
    if record.item == OTHER:
        says = [Say("records.ticked.other", options=())]
    else:
        says = [Say("records.ticked", {"item": item_name(services, record.item, language)}, options=())]
    if turn.quiet or (turn.case and turn.case.holder_id):
        return says
    specialty = await _specialty(session, turn)
    lately = [
        one for one in await sent(session, [turn.conversation.id]) if one.created_at > turn.now - SAME_TIME
    ]
    if further := await ask_what_it_is(services, session, lately, specialty, language):
        return [*says, *further]
    return [*says, *await how_it_stands(turn, session, specialty)]


async def how_it_stands(turn: Turn, session: AsyncSession, specialty: str) -> list[Say]:
    """What of the list is there and what is missing."""
    number = turn.case.id if turn.case else None
    items = await checklist(turn.services, session, turn.conversation.id, specialty, number)
    if not items:
        return []
    key = "records.checklist" if any(not item.ready for item in items) else "records.complete"
    return [Say(key, {"list": checklist_lines(turn.services, items, turn.language)})]


async def _specialty(session: AsyncSession, turn: Turn) -> str:
    """Of the open case, else of the one before: a request may be closed while its files still come."""
    if turn.case:
        return turn.case.specialty
    query = select(Case.specialty).where(Case.conversation_id == turn.conversation.id)
    return (await session.scalars(query.order_by(Case.id.desc()).limit(1))).first() or ""


async def my_files(turn: Turn) -> Outcome:
    """Stage: "mis archivos", typed."""
    command = turn.command
    if turn.choice is not None or command is None or command.name not in COMMANDS:
        return Outcome.GO_ON
    turn.cause = Cause("command", command="my_files")
    turn.parts.append(list_files)
    return Outcome.REPLY


async def list_files(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: what they sent, and what of the list is still missing."""
    found = await sent(session, [turn.conversation.id])
    if not found:
        return [Say("records.list.none")]
    lines = [f"{number}. {line(turn.services, one, turn.language)}" for number, one in enumerate(found, 1)]
    values = {"count": str(len(found)), "files": "\n".join(lines[-LISTED:])}
    return [Say("records.list", values), *await how_it_stands(turn, session, await _specialty(session, turn))]


async def offer_page(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: a link to the upload page, and what is wanted."""
    services = turn.services
    link, upload = await upload_link(services, session, turn.conversation.id)
    until = services.texts.say_day(services.office.local(upload.expires_at), turn.language)
    says = [Say("records.link", {"link": link, "until": until})]
    if turn.case is None or not wanted(services, turn.case.specialty):
        return says
    return [*await how_it_stands(turn, session, turn.case.specialty), *says]


async def is_record(turn: Turn) -> bool:
    """Whether what came is taken for records, and told of once no further one comes (`bot/desk/received.py`): a document, or
    a picture when records are in play. Anything else that cannot be read is for a person; so is all of it in a quiet time."""
    kinds = {one["kind"] for one in turn.first.body.get("attachments", ())}
    if turn.quiet or not kinds or not kinds <= set(TAKEN_IN):
        return False
    if "document" in kinds or turn.case is not None:
        return True
    async with turn.services.database.session() as session:
        if await has_link(turn.services, session, turn.conversation.id):
            return True
        lately = select(Record.id).where(
            Record.conversation_id == turn.conversation.id,
            Record.state == KEPT,
            Record.message_id.is_distinct_from(turn.first.id),
            Record.created_at > turn.now - LATELY,
        )
        return (await session.scalars(lately.limit(1))).first() is not None


async def tell_later(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the patient hears what came when no further file has come for a while."""
    records = update(Record).where(Record.message_id == turn.first.id)
    await session.execute(records.values(tell_at=turn.now + SEVERAL))
    return ()
