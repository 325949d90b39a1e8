"""What a consultant reads of a case: before she takes it, nothing that joins a name to an illness; after, the last words."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.cases import notes
from bot.desk.named import known_lines
from bot.outbox.draft import FORWARD, DraftTemplate
from bot.services import Services
from bot.store.tables import Case, Consultant, Conversation, Message, Send

SHOWN = 8  # messages of the patient that she sees on taking
LOOKED_AT = 40
LONGEST_SHOWN = 500  # characters of one message
ANSWERED_WITHIN = timedelta(days=2)


async def card(services: Services, session: AsyncSession, case: Case, language: str, *, urgent: bool) -> str:
    """The card's text: number, channel, language, topic, urgency, time, what the assistant already answered."""
    conversation = await session.get_one(Conversation, case.conversation_id)
    values = {
        **card_values(services, case, conversation, language),
        "answered": ", ".join(await _answered(services, session, case, language)) or "–",
    }
    key = _card_key(case, urgent=urgent)
    text = services.texts.render(key, language, values, services.office, services.real).text
    known = await known_lines(services, session, case, language) if key == "desk.card" else []
    return "\n".join([text, *known])


def _card_key(case: Case, *, urgent: bool) -> str:
    if not urgent or case.reason not in ("emergency", "crisis"):
        return "desk.card"
    return "desk.emergency_in_case" if case.holder_id else f"desk.page.{case.reason}"


def card_values(services: Services, case: Case, conversation: Conversation, language: str) -> dict[str, str]:
    texts = services.texts
    local = case.opened_at.astimezone(services.office.time_zone)
    return {
        "case": str(case.id),
        "channel": texts.word("channel", conversation.channel, language),
        "language": texts.word("language", case.language, language),
        "topic": services.labels.title(case.topic, language),
        "urgency": texts.word("urgency", case.urgency, language),
        "reason": texts.word("reason", case.reason, language),
        "time": f"{local:%H:%M}",
    }


async def _answered(services: Services, session: AsyncSession, case: Case, language: str) -> Sequence[str]:
    """Titles of the topics that the assistant answered lately."""
    since = services.clock() - ANSWERED_WITHIN
    query = (
        select(Message.said)
        .where(
            Message.conversation_id == case.conversation_id,
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


async def last_words(services: Services, session: AsyncSession, case: Case, language: str) -> str:
    """The patient's last messages, verbatim, oldest first, each with its time."""
    query = (
        select(Message)
        .where(Message.conversation_id == case.conversation_id)
        .order_by(Message.id.desc())
        .limit(LOOKED_AT)
    )
    lines = []
    told = [message for message in await session.scalars(query) if _tells(services, message)][:SHOWN]
    for message in reversed(told):
        local = message.received_at.astimezone(services.office.time_zone)
        lines.append(f"{local:%H:%M}  {words_of(services, message, language)[:LONGEST_SHOWN]}")
    return "\n".join([*lines, *await _notes(services, session, case, language)])


async def _notes(services: Services, session: AsyncSession, case: Case, language: str) -> list[str]:
    names = {row.id: row.profile["name"] for row in await session.scalars(select(Consultant))}
    lines = []
    for note in await notes(session, case):
        values = {
            "consultant": names.get(note.consultant_id, "–") if note.consultant_id else "–",
            "text": note.body["text"],
        }
        lines.append(
            services.texts.render("desk.note_line", language, values, services.office, services.real).text
        )
    return lines


async def earlier_files(session: AsyncSession, case: Case) -> list[Message]:
    """The patient's messages with files that nobody has been sent yet: whoever takes the case sees them."""
    closed = select(func.max(Case.closed_at)).where(Case.conversation_id == case.conversation_id)
    beginning = case.opened_at - ANSWERED_WITHIN
    since = max(
        beginning, await session.scalar(closed) or beginning
    )  # what an earlier case dealt with is done
    sent = select(Send.answers_id).where(Send.purpose == FORWARD.name, Send.answers_id.is_not(None))
    query = select(Message).where(
        Message.conversation_id == case.conversation_id, Message.received_at > since
    )
    query = query.where(Message.id.not_in(sent)).order_by(Message.id)
    return [message for message in await session.scalars(query) if message.body.get("attachments")]


def _tells(services: Services, message: Message) -> bool:
    """Whether she learns something from it: not from a tapped button or a command."""
    text = message.body.get("text", "")
    if message.body.get("choice") or services.texts.command(text):
        return False
    return bool(text.strip() or message.body.get("attachments"))


def words_of(services: Services, message: Message, language: str) -> str:
    """A message as one can read it: its text, and what was attached, in words."""
    attachments = [
        " ".join(
            filter(None, (f"[{services.texts.word('attachment', item['kind'], language)}]", item["label"]))
        )
        for item in message.body.get("attachments", ())
    ]
    return " ".join([*attachments, message.body.get("text", "")]).strip() or "–"
