"""What a consultant reads of a case: before she takes it, nothing that joins a name to an illness; after, the last words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointments.wording import card_lines
from bot.desk import callbacks
from bot.desk.cases import BACK_IN_THE_QUEUE, chats_of
from bot.desk.clocks import both_clocks
from bot.desk.lately import earlier_files
from bot.desk.named import known_lines
from bot.desk.roster import Colleague
from bot.desk.windows import closes_at, left
from bot.dialogue.say import Offer, put_on_offer
from bot.family.card import card_lines as people_lines
from bot.journeys.card import state_line
from bot.outbox.draft import CARD, PAGE, UPDATE, Draft, DraftTemplate, Purpose
from bot.outbox.enqueue import enqueue
from bot.records.kept import sent
from bot.services import Services
from bot.store.tables import Case, Consultant, Conversation, Entry, Message, Send

DANGERS = ("emergency", "crisis")
ANSWERED_WITHIN = timedelta(days=2)
CAME_BACK = (*BACK_IN_THE_QUEUE, "reopened")  # entries after which a case calls people anew


async def card(
    services: Services, session: AsyncSession, case: Case, language: str, *, urgent: bool, hers: bool = False
) -> str:
    """The card's text: what is wanted, in one line, and how things stand; no name or word of the patient, and the number for
    a call only when the case is `hers` who reads it."""
    conversation = await session.get_one(Conversation, case.conversation_id)
    values = card_values(services, case, conversation, language)
    if urgent and case.reason in DANGERS:
        values |= both_clocks(services, await _danger_at(session, case), language)
        key = "desk.emergency_in_case" if case.holder_id else f"desk.page.{case.reason}"
        lines = [_text(services, key, language, **values)]
        if known := await known_lines(services, session, case, language):
            lines.append(" · ".join(known))
    else:
        wish = await wish_line(services, session, case, language)
        answered = ", ".join(await _answered(services, session, case, language)) or "–"
        lines = [_text(services, "desk.card", language, **values, wish=wish, answered=answered)]
        chats = await chats_of(session, case)
        lines += await card_lines(services, session, chats, language)
        lines += await state_line(services, session, case, language)
        if files := await earlier_files(session, case):
            count = sum(len(message.body["attachments"]) for message in files)
            lines.append(_text(services, "desk.card.files", language, count=str(count)))
        uploaded = [one for one in await sent(session, chats, case.id) if one.path]
        if uploaded:
            lines.append(_text(services, "desk.card.records", language, count=str(len(uploaded))))
        lines += await people_lines(services, session, case, conversation, language)
    lines += callbacks.line(services, case, language, number=hers)
    lines += doubt_line(services, case, conversation, language)
    return "\n".join([*lines, *window_line(services, conversation, language)])


async def wish_line(services: Services, session: AsyncSession, case: Case, language: str) -> str:
    """What the case is about and what is known of it: `Pedir teleconsulta · Especialidad: neurología · Para: hijo`."""
    topic = services.labels.title(case.topic, language)
    return " · ".join([topic, *await known_lines(services, session, case, language)])


def doubt_line(services: Services, case: Case, patient: Conversation, language: str) -> list[str]:
    """That somebody else may be writing from the patient's number."""
    return [_text(services, "desk.card.doubted", language, case=str(case.id))] if patient.doubted_at else []


async def _danger_at(session: AsyncSession, case: Case) -> datetime:
    """When the red flag came: the case may be older by days."""
    query = select(func.max(Entry.at)).where(Entry.case_id == case.id, Entry.kind == "red_flag")
    return await session.scalar(query) or case.opened_at


def card_values(services: Services, case: Case, conversation: Conversation, language: str) -> dict[str, str]:
    texts = services.texts
    return {
        "case": str(case.id),
        "channel": texts.word("channel", conversation.channel, language),
        "language": texts.word("language", case.language, language),
        "topic": services.labels.title(case.topic, language),
        "urgency": texts.word("urgency", case.urgency, language),
        "reason": texts.word("reason", case.reason, language),
        **both_clocks(services, case.opened_at, language),
    }


def window_line(services: Services, patient: Conversation, language: str) -> list[str]:
    """How long the patient can be written to, on WhatsApp."""
    closing, now = closes_at(patient), services.clock()
    if closing is None:
        return []
    if now >= closing:
        return [_text(services, "desk.card.window.closed", language)]
    until = services.texts.say_time(closing, now, language, services.office.time_zone)
    return [_text(services, "desk.card.window.open", language, until=until, left=left(closing, now))]


def _text(services: Services, key: str, tongue: str, /, **values: str) -> str:
    return services.texts.render(key, tongue, values, services.office, services.real).text


async def _answered(services: Services, session: AsyncSession, case: Case, language: str) -> Sequence[str]:
    """Titles of the topics that the assistant answered lately."""
    since = services.clock() - ANSWERED_WITHIN
    query = (
        select(Message.said)
        .where(
            Message.conversation_id.in_(await chats_of(session, case)),
            Message.received_at > since,
            Message.said.is_not(None),
        )
        .order_by(Message.id)
    )
    keys = [key for said in (await session.scalars(query)) for key in said or ()]
    topics = dict.fromkeys(key.split(".")[1] for key in keys if key.startswith("answer."))
    questions = [name for name in topics if services.labels.group(name) in ("questions", "tasks", "privacy")]
    return [services.labels.title(name, language) for name in questions]


def page_template(services: Services, case: Case, language: str) -> DraftTemplate:
    """The approved template that stands in for a card when the consultant's own 24 hours are over."""
    values = {
        "case": str(case.id),
        "topic": services.labels.title(case.topic, language),
        "urgency": services.texts.word("urgency", case.urgency, language),
        "language": services.texts.word("language", case.language, language),
    }
    wording = services.texts.template("consultant_page", language)
    return DraftTemplate("consultant_page", language, tuple(values[name] for name in wording.variables))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A card in a chat: the bubble that was sent, and the one that holds its wording of now (itself, or its last edit)."""

    chat: Conversation
    card: Send
    wording: Send

    @property
    def unsent(self) -> bool:
        return self.card.state == "pending" and self.card.provider_id is None

    @property
    def urgent(self) -> bool:
        return self.card.purpose == PAGE.name


async def show(
    services: Services,
    session: AsyncSession,
    case: Case,
    person: Colleague,
    chat: Conversation,
    purpose: Purpose,
    text: str,
    offers: Sequence[Offer],
) -> None:
    """Put the card before a consultant: one a chat. What calls her anew (a page, a case that came back) is a bubble of its
    own, and the one before shrinks to a line; any other change edits the card where the channel can."""
    options = await put_on_offer(services, session, chat, offers, person.language)
    draft = Draft(text=text, options=options, otherwise=page_template(services, case, person.language))
    before = [shown for shown in await _shown(session, case) if shown.chat.id == chat.id]
    last = before[-1] if before and not purpose.urgent else None
    if last and last.unsent:
        last.card.body = draft.to_json()
    elif last and await _stays(services, session, case, person, last):
        edit = replace(draft, otherwise=None, replaces=last.card.id)
        await enqueue(services, session, chat, edit, purpose, case_id=case.id)
    else:
        await enqueue(services, session, chat, draft, purpose, case_id=case.id)
        for shown in before:
            await _shrink(services, session, case, shown)


async def _stays(
    services: Services, session: AsyncSession, case: Case, person: Colleague, last: _Shown
) -> bool:
    """Whether it is enough to edit her card: she has it, and the case has not come back from somebody else since."""
    if not services.limits(last.chat.channel).can_edit or not last.card.provider_id:
        return False
    came_back = select(Entry.id).where(
        Entry.case_id == case.id,
        Entry.kind.in_(CAME_BACK),
        Entry.consultant_id.is_distinct_from(person.id),
        Entry.at >= last.card.created_at,
    )
    return (await session.scalars(came_back.limit(1))).one_or_none() is None


async def refresh(services: Services, session: AsyncSession, case: Case) -> None:
    """Bring every card of the case up to date after a change: what it says, and only the buttons that make sense. Where
    the channel cannot edit, only cards not sent yet change. Silent: nobody is called by it."""
    newest = {shown.chat.id: shown for shown in await _shown(session, case)}
    worded: dict[tuple[str, bool, bool], str] = {}
    for shown in newest.values():
        text, offers = await _face(services, session, case, shown, worded)
        await _reword(services, session, case, shown, text, offers)


async def _shown(session: AsyncSession, case: Case) -> list[_Shown]:
    """The cards in consultants' chats, oldest first; those that never arrived and never will left out."""
    query = (
        select(Send, Conversation)
        .join(Conversation, Conversation.id == Send.conversation_id)
        .where(Send.case_id == case.id, Send.purpose.in_((CARD.name, PAGE.name, UPDATE.name)))
        .where(Send.state.not_in(("failed", "cancelled")), Conversation.role == "consultant")
    )
    rows = [(send, chat) for send, chat in await session.execute(query.order_by(Send.id))]
    edits = {send.body["replaces"]: send for send, _ in rows if send.body.get("replaces")}
    cards = [(send, chat) for send, chat in rows if not send.body.get("replaces")]
    return [_Shown(chat, send, edits.get(send.id, send)) for send, chat in cards]


async def _face(
    services: Services,
    session: AsyncSession,
    case: Case,
    shown: _Shown,
    worded: dict[tuple[str, bool, bool], str],
) -> tuple[str, list[Offer]]:
    """What a card says of the case as it is now, and its buttons. `worded`: what others of the same kind say already."""
    language = shown.chat.language or "es"
    if case.closed_at:
        return _text(services, "desk.card.closed", language, case=str(case.id)), []
    danger = shown.urgent and case.reason in DANGERS
    if danger and case.holder_id not in (None, shown.chat.consultant_id):  # it calls nobody else any more
        holder = await session.get_one(Consultant, case.holder_id)
        values = {"case": str(case.id), "consultant": str(holder.profile["name"])}
        return _text(services, "desk.page.taken", language, **values), []
    hers = case.holder_id is not None and case.holder_id == shown.chat.consultant_id
    kind = (language, shown.urgent, hers)
    if kind not in worded:
        worded[kind] = await card(services, session, case, language, urgent=shown.urgent, hers=hers)
    text = worded[kind]
    if case.holder_id is None:
        return text, [Offer("take", {"do": "take", "case": case.id})]
    if hers:
        offers = [Offer("write", {"do": "write", "case": case.id})] if danger else []
        return f"{text}\n\n{_text(services, 'desk.card.yours', language)}", offers
    holder = await session.get_one(Consultant, case.holder_id)
    since = both_clocks(services, case.taken_at or case.opened_at, language)["time"]
    taken = _text(services, "desk.card.taken", language, consultant=str(holder.profile["name"]), time=since)
    return f"{text}\n\n{taken}", []


async def _shrink(services: Services, session: AsyncSession, case: Case, shown: _Shown) -> None:
    """The card is further down now: here only a line stays."""
    text = _text(services, "desk.card.below", shown.chat.language or "es", case=str(case.id))
    if shown.unsent:
        shown.card.state = "cancelled"
    else:
        await _reword(services, session, case, shown, text, [])


async def _reword(
    services: Services, session: AsyncSession, case: Case, shown: _Shown, text: str, offers: Sequence[Offer]
) -> None:
    """Edit a card, unless it says so already; one that is not sent yet is sent as it is now, or not at all."""
    if shown.unsent and (case.closed_at or (case.holder_id and not shown.urgent)):
        shown.card.state = "cancelled"
        return
    body, language = shown.wording.body, shown.chat.language or "es"
    same = (body.get("text"), bool(body.get("options"))) == (text, bool(offers))
    if same or not (shown.unsent or services.limits(shown.chat.channel).can_edit):
        return
    options = await put_on_offer(services, session, shown.chat, offers, language)
    draft = replace(Draft.from_json(body), text=text, options=options)
    if shown.wording.state == "pending" and shown.wording.attempts == 0:
        shown.wording.body = draft.to_json()
        return
    edit = Draft(text=text, options=options, replaces=shown.card.id)
    purpose = replace(UPDATE, urgent=shown.urgent)  # behind the card itself, in its lane
    await enqueue(services, session, shown.chat, edit, purpose, case_id=case.id)
