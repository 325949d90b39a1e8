"""Words that wait behind WhatsApp's closed window: a template asks the person to write; then they go out, once, in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.errors import OutcomeUnknown
from bot.desk import cases, roster, windows
from bot.desk.card import page_template
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, Say, put_on_offer
from bot.duty import duty
from bot.outbox.draft import INVITATION, NOTICE, RELAY, Draft, DraftTemplate
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Message, Send

KEPT_FOR = timedelta(hours=72)
WAITING = ("pending", "held")
ANSWERS = ("declined", "expired")  # reasons that are entries of their own


async def keep(services: Services, session: AsyncSession, send: Send, case: Case) -> None:
    """A consultant's words wait for the patient: she is told so, and the patient is asked, once."""
    patient = await session.get_one(Conversation, send.conversation_id)
    asked = await invite(services, session, patient, case, "reply_waiting")
    if asked:
        case.summoned_at = services.clock()
        await cases.append(services, session, case, "held")
    key = "desk.held_window_closed" if asked else "desk.held.too"
    await tell_author(services, session, send, case, Say(key, {"case": str(case.id)}))


async def invite(
    services: Services, session: AsyncSession, conversation: Conversation, case: Case, template: str
) -> bool:
    """Send the approved template that reopens the window, unless it is already out. Returns whether it was sent now."""
    query = select(Send.id).where(
        Send.conversation_id == conversation.id,
        Send.purpose == INVITATION.name,
        Send.state != "failed",
        Send.created_at > (conversation.last_inbound_at or conversation.created_at),
    )
    if (await session.scalars(query.limit(1))).one_or_none() is not None:
        return False
    if conversation.role == "consultant" and await windows.called_by_template(session, conversation):
        return False
    language = conversation.language or case.language
    draft = Draft(template=_template(services, case, template, language))
    await enqueue(services, session, conversation, draft, INVITATION, case_id=case.id)
    return True


def _template(services: Services, case: Case, name: str, language: str) -> DraftTemplate:
    if name == "consultant_page":
        return page_template(services, case, language)
    values = {"case": str(case.id)}
    wording = services.texts.template(name, language)
    return DraftTemplate(name, language, tuple(values.get(variable, "") for variable in wording.variables))


async def wrote(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> None:
    """The person wrote, so her 24 hours have begun anew: what waited goes out; a patient's "no", or "no more messages",
    drops it instead."""
    query = select(Send).where(Send.conversation_id == conversation.id, Send.state == "held")
    held = (await session.scalars(query.order_by(Send.id).with_for_update(key_share=True))).all()
    if held and conversation.role == "patient" and (why := _refusal(services, message)):
        held = await _drop(services, session, held, why)
    for send in held:
        send.state, send.due_at, send.attempts = "pending", services.clock(), 0
    for lane in dict.fromkeys(send.lane for send in held):
        await services.jobs.deliver(session, lane)


def _refusal(services: Services, message: Message) -> str:
    """Why a patient's words keep what waited from her; "" when they do not."""
    text = message.body.get("text", "")
    command = services.texts.command(text)
    if (command and command.name == "opt_out") or message.body.get("opt_out_type") == "STOP":
        return "opted_out"
    return "declined" if services.texts.declines(text) else ""


async def withdraw(services: Services, session: AsyncSession, which: ColumnElement[bool], why: str) -> None:
    """Consultants' words that have not left yet reach nobody: `which` of the sends, and `why` (`desk.held.…`)."""
    waiting = select(Send).where(Send.purpose == RELAY.name, Send.state.in_(WAITING), which)
    waiting = waiting.where(Send.error != OutcomeUnknown.__name__)  # that may have arrived
    numbers = (await session.scalars(waiting.with_only_columns(Send.case_id).distinct())).all()
    for number in sorted(number for number in numbers if number):
        await cases.locked(session, number)
        query = waiting.where(Send.case_id == number).order_by(Send.id).with_for_update(key_share=True)
        sends = (await session.scalars(query.execution_options(populate_existing=True))).all()
        await _drop(services, session, sends, why)


async def withdraw_from(services: Services, session: AsyncSession, case: Case, chat: UUID) -> None:
    """Nothing of this case reaches this relative any more; who wrote it is told. The lock of her chat is not taken."""
    waiting = select(Send).where(Send.case_id == case.id, Send.conversation_id == chat)
    waiting = waiting.where(Send.state.in_(WAITING), Send.error != OutcomeUnknown.__name__)
    sends = (await session.scalars(waiting.order_by(Send.id).with_for_update(key_share=True))).all()
    for send in await _drop(services, session, sends, "removed"):
        send.state = "cancelled"


@duty(
    lambda now: select(Send).where(
        Send.state == "held", Send.purpose == RELAY.name, Send.created_at <= now - KEPT_FOR
    )
)
async def expire(services: Services, session: AsyncSession) -> None:
    """What no patient answered for within 72 hours is not sent any more; who wrote it is told."""
    due = expire.due(services.clock())
    for number in (await session.scalars(due.with_only_columns(Send.case_id).distinct())).all():
        case = await cases.locked(session, number) if number else None
        if case is None:
            continue
        locked = due.where(Send.case_id == number).with_for_update(key_share=True)
        await _drop(services, session, (await session.scalars(locked)).all(), "expired")


async def _drop(services: Services, session: AsyncSession, held: Sequence[Send], why: str) -> list[Send]:
    """Consultants' words are not sent after all. Each who wrote some is told, one line a case. Returns what remains."""
    dropped = {send.case_id: send for send in held if send.purpose == RELAY.name}
    for number, send in dropped.items():
        case = await session.get(Case, number, with_for_update={"key_share": True}) if number else None
        if case is not None:
            case.summoned_at = None if send.state == "held" else case.summoned_at
            await cases.append(services, session, case, why if why in ANSWERS else "dropped")
            await tell_author(services, session, send, case, Say(f"desk.held.{why}", {"case": str(case.id)}))
    for send in held:
        send.state = "cancelled" if send.purpose == RELAY.name else send.state
    return [send for send in held if send.purpose != RELAY.name]


async def went_out(services: Services, session: AsyncSession, send: Send) -> None:
    """The provider has taken a consultant's words: when they were the last of those kept for this patient, she is told."""
    waiting = await session.scalar(select(Case.summoned_at).where(Case.id == send.case_id))
    case = await cases.locked(session, send.case_id) if waiting and send.case_id else None
    if case is None:
        return
    patient = await session.get_one(Conversation, send.conversation_id)
    unsent = select(func.count()).where(
        Send.conversation_id == patient.id,
        Send.purpose == RELAY.name,
        Send.state.in_(("held", "pending", "sending")),
        Send.created_at < (patient.last_inbound_at or patient.created_at),
        Send.id != send.id,
    )
    if await session.scalar(unsent):
        return
    case.summoned_at = None
    await cases.append(services, session, case, "delivered_late")
    await tell_author(services, session, send, case, Say("desk.held.delivered", {"case": str(case.id)}))


async def tell_author(services: Services, session: AsyncSession, send: Send, case: Case, say: Say) -> None:
    """Tell the consultant who wrote what `send` carries, in the chat where she wrote it and quoting it; else the holder."""
    origin = await session.get(Message, send.answers_id) if send.answers_id else None
    chat = await session.get(Conversation, origin.conversation_id) if origin else None
    author = chat.consultant_id if chat else None
    person = await roster.colleague(services, session, author) if author else None
    if person is None or origin is None:
        await tell_holder(services, session, case, say)
    else:
        await _tell(services, session, case, person, say, chat, origin.reference)


async def tell_holder(services: Services, session: AsyncSession, case: Case, say: Say) -> None:
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder is not None:
        await _tell(services, session, case, holder, say)


async def _tell(
    services: Services,
    session: AsyncSession,
    case: Case,
    person: Colleague,
    say: Say,
    chat: Conversation | None = None,
    quotes: str = "",
) -> None:
    """Not by `compose`: what she was asked last, she may still answer."""
    target = windows.reached(person, services.clock(), chat)
    text = services.texts.render(say.key, person.language, say.values, services.office, services.real).text
    buttons = [option for option in say.options or () if isinstance(option, Offer)]
    options = await put_on_offer(services, session, target, buttons, person.language)
    draft = Draft(text=text, options=options)
    if chat is not None and target.id == chat.id:
        draft = replace(draft, quotes=quotes)
    await enqueue(services, session, target, draft, NOTICE, case_id=case.id)
