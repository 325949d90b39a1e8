"""What a patient sent, for the holder of the case: names with links that expire, and a file in her chat where it fits."""

from collections.abc import Sequence
from uuid import UUID

from bot.channels.base import ChannelName
from bot.desk.cases import append, chats_of
from bot.desk.desk import Desk, Order, Refusal, shortened
from bot.dialogue.say import Offer, Say
from bot.outbox.draft import NOTICE, Draft, DraftFile
from bot.outbox.enqueue import enqueue
from bot.records.kept import sent
from bot.records.links import FILE_LIFE, file_link
from bot.records.told import line, shown_name
from bot.store import audit
from bot.store.tables import Case, Record

A_PAGE = 5  # files, so that their links fit one bubble
ON_WHATSAPP = ("pdf", "docx", "jpeg", "png")  # of what we keep, what WhatsApp carries
PICTURE_BYTES = 5 * 1024 * 1024  # the most of a picture that WhatsApp carries


async def files(desk: Desk, order: Order) -> Sequence[Say]:
    case = await desk.meant(order, await desk.held())
    if isinstance(case, list):
        return case
    case = await desk.my_case(case.id)
    found = await sent(desk.session, await chats_of(desk.session, case), case.id)
    if not found:
        return [Say("desk.files.none", {"case": str(case.id)})]
    start = order.meaning.get("page", 0) * A_PAGE
    shown = found[start : start + A_PAGE]
    lines = [await _line(desk, case, one, start + number) for number, one in enumerate(shown, 1)]
    minutes = str(int(FILE_LIFE.total_seconds()) // 60)
    values = {"case": str(case.id), "count": str(len(found)), "files": "\n".join(lines), "minutes": minutes}
    offers = [_here(case, one, desk) for one in shown if _fits(desk, one)]
    if len(found) > start + A_PAGE:
        offers.append(Offer("more", {"do": "files", "case": case.id, "page": start // A_PAGE + 1}))
    return [Say("desk.files", values, options=offers)]


async def _line(desk: Desk, case: Case, record: Record, number: int) -> str:
    link = await file_link(desk.services, desk.session, record, case, desk.me.id)
    return f"{number}. {line(desk.services, record, desk.me.language)}\n{link}"


def _here(case: Case, record: Record, desk: Desk) -> Offer:
    name = shown_name(desk.services, record, desk.me.language)
    return Offer("file_here", {"do": "file", "case": case.id, "record": str(record.id)}, shortened(name))


def _fits(desk: Desk, record: Record) -> bool:
    """Whether her chat can carry the file."""
    channel = desk.conversation.channel
    if record.size > desk.services.limits(channel).file_bytes:
        return False
    if channel != ChannelName.WHATSAPP:
        return True
    return record.kind in ON_WHATSAPP and (record.kind in ("pdf", "docx") or record.size <= PICTURE_BYTES)


async def file(desk: Desk, order: Order) -> Sequence[Say]:
    """A tap: the file itself, in this chat. Noted in the case, as an opened link is."""
    case = await desk.my_case(order.number)
    record = await desk.session.get(Record, UUID(order.meaning["record"]))
    found = await sent(desk.session, await chats_of(desk.session, case), case.id)
    if record is None or record not in found:
        raise Refusal(Say("desk.files.gone", {"case": str(case.id)}))
    by_chat = DraftFile(record.message_id, record.position or 0) if record.message_id else None
    draft = Draft(header=f"#{case.id}", file=by_chat or DraftFile(record=str(record.id)))
    await enqueue(desk.services, desk.session, desk.conversation, draft, NOTICE, case_id=case.id)
    audit.record(desk.session, desk.services.clock, "file_opened", who=desk.me.id, case_id=case.id)
    await append(desk.services, desk.session, case, "file_opened", desk.me.id, text=record.name)
    return []
