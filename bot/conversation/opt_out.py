"""BAJA, STOP, ALTO: honoured before any understanding; ALTA, START undoes it. Safety answers are always given."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.person_in_charge import forward_if_held
from bot.conversation.turn import Outcome, Turn
from bot.desk import cases, held, targets
from bot.dialogue.say import Offer, Say
from bot.outbox.why import Cause
from bot.store.tables import Case


async def opt_out(turn: Turn) -> Outcome:
    body = turn.first.body
    wish = _wish(turn)
    if wants_out(turn):
        turn.parts.append(leave)
        turn.cause = Cause("command", command="opt_out")
        return Outcome.REPLY
    if not turn.conversation.opted_out_at:
        return Outcome.GO_ON
    turn.cause = Cause("command", command="opt_out")  # an earlier one, still in force
    if wish == "opt_in" or body.get("opt_out_type") == "START":
        turn.parts.append(_come_back)
        turn.cause = Cause("command", command="opt_in")
    elif turn.case and turn.case.holder_id and turn.case.reason in cases.SAFETY:
        turn.cause = None
        return Outcome.GO_ON  # in danger the two of them talk, whatever was said before
    else:
        turn.parts += [_to_the_holder, Say("opt_out.still", options=())]
    return Outcome.REPLY


def wants_out(turn: Turn) -> bool:
    """Whether the message is the word for "no more messages", in ours or in the provider's reading."""
    return _wish(turn) == "opt_out" or turn.first.body.get("opt_out_type") == "STOP"


def _wish(turn: Turn) -> str:
    return turn.command.name if turn.command else ""


async def leave(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: no more messages. Twilio's Advanced Opt-Out, where it is on, has said so itself."""
    turn.conversation.opted_out_at = turn.now
    if case := await _held_case(turn, session):
        await _tell_the_holder(turn, session, case)
    return () if turn.first.body.get("opt_out_type") else [Say("opt_out.done", options=())]


async def _held_case(turn: Turn, session: AsyncSession) -> Case | None:
    case = await cases.open_case_of(session, turn.conversation.id)
    return case if case and case.holder_id else None


async def _tell_the_holder(turn: Turn, session: AsyncSession, case: Case) -> None:
    """She can write no more, so nothing is due from her; she may call them."""
    if case.reason not in cases.SAFETY:
        targets.stopped(case)
    values = {"case": str(case.id), "phone": turn.conversation.phone or "–"}
    offer = Offer("close", {"do": "close", "case": case.id})
    await held.tell_holder(turn.services, session, case, Say("desk.opted_out", values, options=[offer]))


async def _to_the_holder(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: who holds the case still reads what is written; no answer is due, since none can be sent."""
    await forward_if_held(turn, session)
    if case := await _held_case(turn, session):
        targets.stopped(case)
    return ()


async def _come_back(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    turn.conversation.opted_out_at = None
    return () if turn.first.body.get("opt_out_type") else [Say("opt_out.undone", options=())]
