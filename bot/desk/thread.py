"""The story of a case in words: what happened, when, who did it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.lately import family_words, words_of
from bot.desk.standing import names
from bot.family import contacts
from bot.outbox.draft import RELAY
from bot.services import Services
from bot.store.tables import Case, Entry, Message, Send

LONGEST_LINE = 200  # characters of what somebody wrote


async def thread(
    services: Services, session: AsyncSession, case: Case, language: str, *, words: bool
) -> Sequence[tuple[str, str]]:
    """Every entry as (day, line), oldest first. Without `words` nobody's own are in it, only that there were some."""
    query = select(Entry).where(Entry.case_id == case.id).order_by(Entry.id)
    entries = (await session.scalars(query)).all()
    people = await names(session)
    messages = await _messages(services, session, case, entries, language) if words else {}
    family = await family_words(session, case)
    relatives = {
        number: await contacts.label(services, session, case, chat, language) or "–"
        for number, chat in family.items()
    }
    told = []
    for entry in entries:
        local = entry.at.astimezone(services.office.time_zone)
        line = line_of(services, entry, people, messages, language, words=words, relatives=relatives)
        told.append((services.texts.say_day(local, language), f"{local:%H:%M}  {line}"))
    return told


async def _messages(
    services: Services, session: AsyncSession, case: Case, entries: Sequence[Entry], language: str
) -> dict[int, str]:
    """What the messages said: the patient's own words; of a consultant's, what went out for them."""
    ids = [entry.body["message"] for entry in entries if entry.kind == "message" and "message" in entry.body]
    found = await session.scalars(select(Message).where(Message.id.in_(ids)))
    told = {message.id: words_of(services, message, language) for message in found}
    query = select(Send).where(Send.case_id == case.id, Send.purpose == RELAY.name, Send.answers_id.in_(ids))
    for send in await session.scalars(query.order_by(Send.id)):
        if send.answers_id and send.body.get("text"):
            told[send.answers_id] = send.body["text"]
    return told


def line_of(
    services: Services,
    entry: Entry,
    people: Mapping[UUID, str],
    messages: Mapping[int, str],
    language: str,
    *,
    words: bool,
    relatives: Mapping[int, str] | None = None,
) -> str:
    """One entry in words. `people`: names by id; `messages`: what they said, by id, as far as it is to be shown; `relatives`:
    which of them somebody else than the patient wrote, and who."""
    kind = "answer" if entry.kind == "message" and entry.consultant_id else entry.kind
    relative = (relatives or {}).get(entry.body.get("message", 0)) if kind == "message" else None
    kind = "relative" if relative else kind
    text = _words(services, entry, messages, language) if words else ""
    keys = [f"desk.history.{kind}.words"] if text else []
    keys += [f"desk.history.{kind}", "desk.history.other"]
    values = {
        "consultant": relative or people.get(entry.consultant_id or UUID(int=0), "–"),
        "text": text,
        "outcome": _outcome(services, entry, language),
    }
    key = next(key for key in keys if services.texts.has(key))
    return services.texts.render(key, language, values, services.office, services.real).text


def _words(services: Services, entry: Entry, messages: Mapping[int, str], language: str) -> str:
    if label := entry.body.get("label"):
        return services.texts.title(label, language)
    text = messages.get(entry.body.get("message", 0)) or str(entry.body.get("text", ""))
    return " ".join(text.split())[:LONGEST_LINE]


def _outcome(services: Services, entry: Entry, language: str) -> str:
    outcome = entry.body.get("outcome", "")
    return services.texts.word("outcome", outcome, language) if outcome else "–"
