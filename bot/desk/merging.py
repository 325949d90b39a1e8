"""Two cases of one person, who writes in two chats, become one. The case is led in both chats from then on and is always in
the one where the patient wrote last (docs/adr/0018): what leaves goes there, what comes from either reaches its holder."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, rating, targets
from bot.desk.card import refresh
from bot.desk.claim import tell_patient
from bot.dialogue.say import Say
from bot.family import contacts
from bot.outbox.draft import RELAY
from bot.outbox.enqueue import lane_of
from bot.services import Services
from bot.store.tables import Case, Conversation, JoinedChat, Send


async def merge(services: Services, session: AsyncSession, kept: Case, ended: Case, who: UUID) -> None:
    """`ended` is closed as a part of `kept`. Both are locked and open, and the holder of `kept` is whoever held either."""
    chats = {*await cases.chats_of(session, kept), *await cases.chats_of(session, ended)}
    asked = await rating.to_be_asked(session, ended)
    told = {"reason": ended.reason, "topic": ended.topic, "asked": asked, "of": ended.id}
    await cases.append(services, session, kept, "joined", who, text=f"#{ended.id}", **told)
    await _take_in(services, session, kept, ended)
    said = Say("handoff.merged", {"case": str(kept.id), "closed": str(ended.id)})
    await tell_patient(services, session, ended, said)
    await _end(services, session, kept, ended, who)
    await contacts.follow_merge(session, kept, ended, chats)
    for chat in chats:
        joined = insert(JoinedChat).values(conversation_id=chat, case_id=kept.id)
        row = {"case_id": kept.id}
        await session.execute(
            joined.on_conflict_do_update(index_elements=[JoinedChat.conversation_id], set_=row)
        )
    await _lead_in(services, session, kept, await _last_written(session, chats))
    await refresh(services, session, ended)
    await refresh(services, session, kept)


async def _take_in(services: Services, session: AsyncSession, kept: Case, ended: Case) -> None:
    """What `ended` was about, and how long its patient has waited, counts for `kept`."""
    raised = cases.URGENCIES.index(ended.urgency) > cases.URGENCIES.index(kept.urgency)
    kept.urgency = ended.urgency if raised else kept.urgency
    if ended.reason in cases.SAFETY and kept.reason not in cases.SAFETY:
        kept.reason, kept.topic = ended.reason, ended.topic
    kept.opened_at = min(kept.opened_at, ended.opened_at)
    kept.summoned_at = kept.summoned_at or ended.summoned_at
    if ended.callback_since and not kept.callback_since:
        kept.callback_since = ended.callback_since
        kept.callback_number, kept.callback_at = ended.callback_number, ended.callback_at
    if ended.awaits_since and kept.holder_id:
        await targets.patient_wrote(services, session, kept)
    waits = [at for at in (kept.awaits_since, ended.awaits_since) if at]
    kept.awaits_since = min(waits, default=None)
    await targets.asked_again(services, session, kept, raised=raised)
    if kept.holder_id is None and ended.page_again_at:
        kept.page_again_at = services.clock()  # its danger is paged on, under this number
    kept.page_all_at = kept.page_all_at or (ended.page_all_at if kept.holder_id else None)


async def _end(services: Services, session: AsyncSession, kept: Case, ended: Case, who: UUID) -> None:
    """Closed, and what is still to go out for it goes out under the number that stays. A danger is not over by this."""
    patient = await session.get_one(Conversation, ended.conversation_id)
    quiet = patient.quiet_since
    ended.outcome = cases.MERGED
    await cases.append(services, session, ended, "merged", who, text=f"#{kept.id}", into=kept.id)
    await cases.close(services, session, ended, who)
    patient.quiet_since = quiet
    words = update(Send).where(Send.case_id == ended.id, Send.purpose == RELAY.name)
    await session.execute(words.where(Send.state.in_(("pending", "held"))).values(case_id=kept.id))
    await session.flush()  # a chat has one open case at most: this one ends before the other may come


async def _last_written(session: AsyncSession, chats: set[UUID]) -> Conversation:
    query = select(Conversation).where(Conversation.id.in_(chats))
    query = query.order_by(Conversation.last_inbound_at.desc().nulls_last())
    return (await session.scalars(query.limit(1))).one()


async def follow(services: Services, session: AsyncSession, conversation: Conversation) -> None:
    """The patient writes here now: the case that is led here as well comes along. Not to a chat that is blocked."""
    joined = select(JoinedChat.case_id).where(JoinedChat.conversation_id == conversation.id)
    if conversation.blocked_at or (await session.scalars(joined)).one_or_none() is None:
        return
    case = await cases.open_case_of(session, conversation.id)
    if case is not None and case.conversation_id != conversation.id:
        await _lead_in(services, session, case, conversation)


async def _lead_in(services: Services, session: AsyncSession, case: Case, conversation: Conversation) -> None:
    """From now on what is said in this case is said here; also what was kept behind the closed window of another chat of
    this person. What waits for a relative is hers."""
    others = [chat for chat in await cases.chats_of(session, case) if chat != conversation.id]
    case.conversation_id = conversation.id
    kept = select(Send).where(Send.case_id == case.id, Send.state == "held", Send.conversation_id.in_(others))
    kept = kept.where(Send.purpose == RELAY.name).order_by(Send.id).with_for_update(key_share=True)
    for send in await session.scalars(kept):
        send.conversation_id, send.lane = conversation.id, lane_of(conversation.id, RELAY)
        send.body = {name: value for name, value in send.body.items() if name != "quotes"}
        send.state, send.due_at, send.attempts = "pending", services.clock(), 0
        await services.jobs.deliver(session, send.lane)
