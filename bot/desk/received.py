"""What came is told: to the patient once for several files, to the holder of the case when it came by the page. A case is
opened where there is none, so that somebody looks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster
from bot.desk.card import refresh
from bot.desk.notify import notify, outcome_values
from bot.desk.roster import Colleague
from bot.desk.tell import tell
from bot.dialogue.say import Offer, Say, beside, compose
from bot.duty import duty
from bot.outbox.draft import ANNOUNCEMENT
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.privacy import consent
from bot.records.checklist import OTHER, checklist
from bot.records.kept import FETCHING, KEPT, REFUSED, sent
from bot.records.links import upload_link
from bot.records.told import named, shown_name
from bot.services import Services
from bot.store.tables import Case, Conversation, Record

log = structlog.get_logger()

AT_ONCE = 20
TOPIC = "send_records"
MOST_REASONS = 3  # of refusal, in one bubble


def _complete(now: datetime) -> Select[UUID]:
    """Chats from which nothing more has come for a while."""
    untold = (
        select(Record.conversation_id).where(Record.tell_at.is_not(None)).group_by(Record.conversation_id)
    )
    return untold.having(func.max(Record.tell_at) <= now, func.bool_and(Record.state != FETCHING))


@duty(_complete)
async def tell_received(services: Services, session: AsyncSession) -> None:
    """Of what came. A transaction each, so that one fault stops no other."""
    for number in (await session.scalars(tell_received.due(services.clock()).limit(AT_ONCE))).all():
        try:
            async with services.database.session() as own:
                await _tell(services, own, number)
        except Exception:
            log.error("records not told", exc_info=True)


async def _tell(services: Services, session: AsyncSession, conversation_id: UUID) -> None:
    conversation = await session.get_one(Conversation, conversation_id, with_for_update={"key_share": True})
    query = select(Record).where(Record.conversation_id == conversation_id, Record.tell_at.is_not(None))
    query = query.order_by(Record.created_at, Record.id).with_for_update(key_share=True)
    records = (await session.scalars(query)).all()
    late = any(
        record.state == FETCHING or (record.tell_at or services.clock()) > services.clock()
        for record in records
    )
    if late or not records:
        return  # more came meanwhile, or another worker was faster
    for record in records:
        record.tell_at = None
    case, said = await _case_for(services, session, conversation, records)
    if case is not None:
        await _join(services, session, case, [record for record in records if record.state == KEPT])
    if case is not None and case.holder_id:
        await _tell_holder(
            services, session, case, [record for record in records if record.message_id is None]
        )
    elif conversation.opted_out_at is None and not conversation.quiet_since:
        await _tell_patient(services, session, conversation, records, case, said)


async def _case_for(
    services: Services, session: AsyncSession, conversation: Conversation, records: Sequence[Record]
) -> tuple[Case | None, str]:
    """The open case, or a new one when something was kept; and what its notification lets us say at once."""
    case = await cases.case_with(session, conversation.id)
    if case is not None or all(record.state != KEPT for record in records):
        return case, ""
    case, _ = await cases.open_case(services, session, conversation, reason="records", topic=TOPIC)
    return case, await notify(services, session, case)


async def _join(services: Services, session: AsyncSession, case: Case, records: Sequence[Record]) -> None:
    for record in records:
        record.case_id = case.id
    if records:
        await cases.append(services, session, case, "files", count=len(records))
    await session.flush()
    await refresh(services, session, case)


async def _tell_holder(
    services: Services, session: AsyncSession, case: Case, records: Sequence[Record]
) -> None:
    """What came in the chat has been forwarded to her; of the rest she is told, with the button that lists it."""
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    kept = [record for record in records if record.state == KEPT]
    if holder is not None and kept:
        await _name(services, session, case, holder, kept)


async def tell_of_uploads(services: Services, session: AsyncSession, case: Case, holder: Colleague) -> None:
    """Whoever becomes the holder learns what came by the page before."""
    found = await sent(session, await cases.chats_of(session, case), case.id)
    if uploaded := [record for record in found if record.path]:
        await _name(services, session, case, holder, uploaded)


async def _name(
    services: Services, session: AsyncSession, case: Case, holder: Colleague, kept: Sequence[Record]
) -> None:
    values = {"case": str(case.id), "count": str(len(kept)), "files": named(services, kept, holder.language)}
    offer = Offer("files", {"do": "files", "case": case.id})
    await tell(services, session, holder, [Say("desk.files.came", values, options=[offer])], case_id=case.id)


async def _tell_patient(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    records: Sequence[Record],
    case: Case | None,
    said: str,
) -> None:
    language = conversation.language or (case.language if case else "es")
    says = [] if conversation.last_said else [Say("introduction", options=())]
    says += await _what_came(services, session, conversation, records, case, language)
    if case is not None and said:
        says.append(Say(said, await outcome_values(services, session, case, language), options=()))
    if not conversation.awaiting:  # else what was asked last is still to be answered
        says += await _question(services, session, conversation, records, case, language)
        draft = await compose(services, session, conversation, says, language)
    else:
        draft = beside(services, says, language)
    because = why(services, Cause("desk"), [say.key for say in says], language)
    await enqueue(
        services, session, conversation, draft, ANNOUNCEMENT, case_id=case.id if case else None, why=because
    )


async def _what_came(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    records: Sequence[Record],
    case: Case | None,
    language: str,
) -> list[Say]:
    kept = [record for record in records if record.state == KEPT]
    says: list[Say] = []
    if kept and case is not None:
        key = "records.received.one" if len(kept) == 1 else "records.received.several"
        values = {"count": str(len(kept)), "files": named(services, kept, language), "case": str(case.id)}
        says.append(Say(key, values, options=()))
    if kept and not await consent.given(session, conversation.id):
        says.append(Say("records.unconsented", options=()))
    return says + await _refusals(services, session, conversation, records, language)


async def _refusals(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    records: Sequence[Record],
    language: str,
) -> list[Say]:
    """Why, once for each reason; and for what came in the chat the page by which it can be sent."""
    refused = [record for record in records if record.state == REFUSED]
    by_reason: dict[str, list[Record]] = {}
    for record in refused:
        by_reason.setdefault(record.reason, []).append(record)
    says = [
        Say(f"records.refused.{reason}", {"name": named(services, some, language)}, options=())
        for reason, some in list(by_reason.items())[:MOST_REASONS]
    ]
    if any(record.message_id is not None for record in refused):
        link, _ = await upload_link(services, session, conversation.id)
        says.append(Say("records.refused.page", {"link": link}, options=()))
    return says


async def _question(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    records: Sequence[Record],
    case: Case | None,
    language: str,
) -> list[Say]:
    """One thing is asked: consent where there is none; else what the first file is."""
    kept = [record for record in records if record.state == KEPT]
    if not kept:
        return []
    if not await consent.given(session, conversation.id):
        return [Say(consent.ASKED, asks=True)]
    return await ask_what_it_is(services, session, kept, case.specialty if case else "", language)


async def ask_what_it_is(
    services: Services, session: AsyncSession, records: Sequence[Record], specialty: str, language: str
) -> list[Say]:
    """What the first of these is that nobody has said yet of, by the list of the specialty."""
    record = next((record for record in records if not record.item), None)
    if record is None:
        return []
    items = await checklist(services, session, record.conversation_id, specialty)
    if not items:
        return []
    names = [*(item.name for item in items), OTHER]
    offers = [Offer(f"record_{name}", {"record": str(record.id), "item": name}) for name in names]
    return [
        Say("records.what_is", {"name": shown_name(services, record, language)}, options=offers, asks=True)
    ]
