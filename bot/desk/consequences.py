"""What the outcome of a send means for people: told by the outbox, in its transaction."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import Rejected, SendError
from bot.desk import cases, notify, roster
from bot.desk.alarms import raise_alarm
from bot.desk.card import page_template
from bot.dialogue.say import Say, compose
from bot.outbox.draft import (
    ANNOUNCEMENT,
    CARD,
    FORWARD,
    INVITATION,
    NOTICE,
    PAGE,
    RELAY,
    REPLY,
    Draft,
    DraftTemplate,
)
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Send


async def follow(services: Services, session: AsyncSession, send: Send, error: SendError | None) -> None:
    """A bubble was accepted (`error` None), is held, or has finally failed."""
    if send.purpose in (CARD.name, PAGE.name):
        await notify.settled(services, session, send, error)
    elif error is None:
        return
    elif send.purpose == RELAY.name:
        await _relay_failed(services, session, send, error)
    elif send.purpose == FORWARD.name:
        await _forward_failed(services, session, send, error)
    elif send.purpose == INVITATION.name:
        await _invitation_failed(services, session, send, error)
    elif send.purpose in (REPLY.name, ANNOUNCEMENT.name):
        await _reply_failed(services, session, send, error)


async def _relay_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """The holder learns that her words did not arrive, and why; held ones go out when the patient answers the template."""
    case = await session.get_one(Case, send.case_id)
    if send.state == "held":
        patient = await session.get_one(Conversation, send.conversation_id)
        await _invite(services, session, patient, case, "reply_waiting")
        await _tell_holder(services, session, case, Say("desk.held_window_closed", {"case": str(case.id)}))
        return
    await _tell_holder(services, session, case, await _failure(services, session, case, error))


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
    """The holder cannot be reached: behind her closed window the words wait for her; else the case goes back to the queue."""
    case = await session.get_one(Case, send.case_id)
    conversation = await session.get_one(Conversation, send.conversation_id)
    if send.state == "held":
        await _invite(services, session, conversation, case, "consultant_page")
        return
    if isinstance(error, Rejected):  # the bubble is at fault, not the holder
        await _tell_holder(services, session, case, Say("desk.not_forwarded", {"case": str(case.id)}))
        return
    if case.holder_id == conversation.consultant_id and case.closed_at is None:
        await cases.release(services, session, case, "unreachable")
        case.notify_at = services.clock()
    await raise_alarm(
        services, session, "consultant_unreachable", f"case {case.id} {type(error).__name__} {error.code}"
    )


async def _invite(
    services: Services, session: AsyncSession, conversation: Conversation, case: Case, template: str
) -> None:
    """Send the approved template that reopens the window, unless it is already out."""
    query = select(Send.id).where(
        Send.conversation_id == conversation.id,
        Send.purpose == INVITATION.name,
        Send.state != "failed",
        Send.created_at > (conversation.last_inbound_at or conversation.created_at),
    )
    if (await session.scalars(query.limit(1))).one_or_none() is not None:
        return
    language = conversation.language or case.language
    draft = Draft(template=_template(services, case, template, language))
    await enqueue(services, session, conversation, draft, INVITATION, case_id=case.id)


def _template(services: Services, case: Case, name: str, language: str) -> DraftTemplate:
    if name == "consultant_page":
        return page_template(services, case, language)
    values = {"case": str(case.id)}
    wording = services.texts.template(name, language)
    return DraftTemplate(name, language, tuple(values.get(variable, "") for variable in wording.variables))


async def _invitation_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """Without a template what is held stays held: whoever wrote it must know, and the operator too."""
    case = await session.get_one(Case, send.case_id)
    conversation = await session.get_one(Conversation, send.conversation_id)
    await raise_alarm(services, session, "template", f"case {case.id} {type(error).__name__} {error.code}")
    if conversation.role == "patient":
        await _tell_holder(services, session, case, Say("desk.held_no_template", {"case": str(case.id)}))
    elif case.holder_id == conversation.consultant_id and case.closed_at is None:
        await cases.release(services, session, case, "unreachable")
        case.notify_at = services.clock()


async def _reply_failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """An answer that cannot be delivered must not vanish: a person of the office looks at it, unless the patient left."""
    if error.code == "opted_out":
        return
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


async def _tell_holder(services: Services, session: AsyncSession, case: Case, say: Say) -> None:
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is None:
        return
    conversation = holder.conversations[0]
    draft = await compose(services, session, conversation, [say], holder.language, menus=False)
    await enqueue(services, session, conversation, draft, NOTICE, case_id=case.id)
