"""What the outcome of a send means for people: told by the outbox, in its transaction."""

import re
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import Moved, Rejected, SendError, WindowClosed
from bot.desk import board, cases, notify, roster, switches
from bot.desk.alarms import raise_alarm
from bot.desk.card import refresh
from bot.desk.claim import tell_patient
from bot.desk.held import invite, keep, tell_author, tell_holder, went_out
from bot.desk.windows import is_open, reached
from bot.dialogue.say import Say
from bot.outbox.draft import (
    ANNOUNCEMENT,
    BOARD,
    CARD,
    FORWARD,
    INVITATION,
    PAGE,
    RELAY,
    REPLY,
    Draft,
)
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Send


async def follow(services: Services, session: AsyncSession, send: Send, error: SendError | None) -> None:
    """A bubble was accepted (`error` None), is held, was sent on to where the group is now, or has finally failed."""
    if send.purpose == BOARD.name:
        await _of_the_board(services, session, send, error)
    elif send.purpose in (CARD.name, PAGE.name):
        await notify.settled(services, session, send, error)
    elif error is None:
        if send.purpose == RELAY.name:
            await went_out(services, session, send)
    elif send.purpose == RELAY.name:
        await _relay_failed(services, session, send, error)
    elif send.purpose == FORWARD.name:
        await _forward_failed(services, session, send, error)
    elif send.purpose == INVITATION.name:
        await _invitation_failed(services, session, send, error)
    elif send.purpose in (REPLY.name, ANNOUNCEMENT.name):
        await _reply_failed(services, session, send, error)


async def _of_the_board(
    services: Services, session: AsyncSession, send: Send, error: SendError | None
) -> None:
    if isinstance(error, Moved):
        await board.moved(services, session, await session.get_one(Conversation, send.conversation_id))
    elif error is not None:
        await board.failed(services, session, send, error)


async def _relay_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """Who wrote them learns that her words did not arrive, and why; held ones go out when the patient answers the template."""
    case = await session.get_one(Case, send.case_id)
    if send.state == "held":
        await keep(services, session, send, case)
    else:
        await tell_author(services, session, send, case, await _failure(services, session, case, error))


async def _failure(services: Services, session: AsyncSession, case: Case, error: SendError) -> Say:
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    language = holder.language if holder else "es"
    if error.code == "opted_out":
        return Say("desk.patient_opted_out", {"case": str(case.id)})
    word = services.texts.word("failure", snake(type(error).__name__), language)
    return Say("desk.send_failed", {"case": str(case.id), "reason": word})


def snake(name: str) -> str:
    """ContactUnreachable → contact_unreachable: the error's name in `data/texts`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


async def _forward_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """The holder does not read it here: her other chat, if it is open. Behind her closed window the words wait for her; else
    the case goes back to the queue."""
    case = await session.get_one(Case, send.case_id)
    conversation = await session.get_one(Conversation, send.conversation_id)
    if case.closed_at or case.holder_id != conversation.consultant_id:
        send.state = "cancelled" if send.state == "held" else send.state
        return
    if isinstance(error, Rejected):  # the bubble is at fault, not the holder
        await tell_holder(services, session, case, Say("desk.not_forwarded", {"case": str(case.id)}))
    elif await _by_another_chat(services, session, send, conversation):
        return
    elif send.state == "held":
        await invite(services, session, conversation, case, "consultant_page")
    else:
        await _back_to_the_queue(services, session, case)
        detail = f"case {case.id} {type(error).__name__} {error.code}"
        await raise_alarm(services, session, "consultant_unreachable", detail)


async def _by_another_chat(
    services: Services, session: AsyncSession, send: Send, conversation: Conversation
) -> bool:
    """What could not be forwarded goes to another chat of hers that is open. False when there is none."""
    person = (
        await roster.colleague(services, session, conversation.consultant_id)
        if conversation.consultant_id
        else None
    )
    other = reached(person, services.clock()) if person else conversation
    if other.id == conversation.id or not is_open(other, services.clock()) or other.unreachable_at:
        return False
    draft = replace(Draft.from_json(send.body), quotes="")
    await enqueue(services, session, other, draft, FORWARD, case_id=send.case_id, answers_id=send.answers_id)
    send.state = "cancelled" if send.state == "held" else send.state
    return True


async def _back_to_the_queue(services: Services, session: AsyncSession, case: Case) -> None:
    await cases.release(services, session, case, "unreachable")
    case.notify_at = services.clock()
    await refresh(services, session, case)
    key = await switches.worded(services, session, "handoff.returned")
    await tell_patient(services, session, case, Say(key, {"case": str(case.id)}))


async def _invitation_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """Without a template what is held stays held: whoever wrote it must know, and the operator too."""
    case = await session.get_one(Case, send.case_id)
    conversation = await session.get_one(Conversation, send.conversation_id)
    await raise_alarm(services, session, "template", f"case {case.id} {type(error).__name__} {error.code}")
    if conversation.role == "patient":
        await tell_holder(services, session, case, Say("desk.held_no_template", {"case": str(case.id)}))
    elif case.holder_id == conversation.consultant_id and case.closed_at is None:
        await _back_to_the_queue(services, session, case)


async def _reply_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """An answer that cannot be delivered must not vanish: a person of the office looks at it, unless the patient left."""
    if error.code == "opted_out":
        return
    if send.purpose == ANNOUNCEMENT.name and isinstance(error, WindowClosed):
        return  # how the case stands is no news a day later; what a consultant writes is kept
    await raise_alarm(
        services, session, "undeliverable", f"send {send.id} {type(error).__name__} {error.code}"
    )
    patient = await session.get_one(Conversation, send.conversation_id)
    if patient.role != "patient" or send.case_id:
        return
    case, new = await cases.open_case(
        services, session, patient, reason="undeliverable", topic="talk_to_human", urgency="normal"
    )
    if new:
        await notify.notify(services, session, case)
        case.announced_at = services.clock()  # the patient cannot be told
