"""A consultant holds the case: the assistant is silent and carries the words, until the case is closed or handed back."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.status import LABEL, asks_by_button, status
from bot.conversation.turn import Later, Outcome, Overtaken, Turn
from bot.desk import cases, roster
from bot.desk.card import refresh
from bot.desk.cases import case_with, open_case_of
from bot.desk.relay import to_holder
from bot.dialogue.say import Say, compose
from bot.outbox.draft import NOTICE
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause

GONE_SECONDS = 1.0


async def person_in_charge(turn: Turn) -> Outcome | Later:
    command = turn.command
    if command and command.name == "assistant" and not turn.assistant_off:
        turn.parts.append(_back_to_the_assistant)
        turn.cause = Cause("command", command="assistant")
        return Outcome.REPLY
    if turn.case is None or turn.case.holder_id is None:
        return Outcome.GO_ON
    if await _holder_is_gone(turn, turn.case.holder_id):
        return Later(GONE_SECONDS, failed=False)
    if asks_by_button(turn):  # a fact about the case, which interrupts nobody
        turn.parts += [status, forward]
        turn.cause = Cause("choice", label=LABEL)
        return Outcome.REPLY
    turn.parts.append(forward)
    return Outcome.SILENT


async def _holder_is_gone(turn: Turn, holder_id: UUID) -> bool:
    """Removed a moment ago: the case is about to return to the queue (`bot/desk/leaving.py`)."""
    async with turn.services.database.session() as session:
        return await roster.colleague(turn.services, session, holder_id) is None


async def forward(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the bubbles go to the holder. Raises Overtaken when she has left meanwhile: then they are for the assistant."""
    case = await case_with(session, turn.conversation.id)
    holder = (
        await roster.colleague(turn.services, session, case.holder_id) if case and case.holder_id else None
    )
    if case is None or holder is None:
        raise Overtaken
    for message in turn.messages:
        await to_holder(turn.services, session, case, holder, message)
    return ()


async def forward_if_held(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: what was answered already goes to the holder too, if she is still there."""
    with contextlib.suppress(Overtaken):
        await forward(turn, session)
    return ()


async def _back_to_the_assistant(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the case waits in the queue again, its holder is told, and the assistant speaks."""
    services = turn.services
    case = await open_case_of(session, turn.conversation.id)
    if case is None and (theirs := await case_with(session, turn.conversation.id)) and theirs.holder_id:
        return [Say("family.not_yours_to_release", {"case": str(theirs.id)}, options=["case_status"])]
    if case is None or case.holder_id is None:
        return [Say("handoff.back_to_assistant")]
    holder = await roster.colleague(services, session, case.holder_id)
    await cases.release(services, session, case, "patient")
    await refresh(services, session, case)
    if holder:
        chat = holder.conversations[0]
        say = Say("desk.patient_left", {"case": str(case.id)})
        draft = await compose(services, session, chat, [say], holder.language)
        await enqueue(services, session, chat, draft, NOTICE, case_id=case.id)
    return [Say("handoff.back_to_assistant", {"case": str(case.id)})]
