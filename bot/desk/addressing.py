"""To whom in a case a consultant's words go, where relatives have joined it: whom she quotes, else who wrote since her last
words; where two did, she is asked. Without relatives there is nothing to find out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bot.desk.cases import chats_of
from bot.desk.desk import Desk, Refusal, shortened
from bot.desk.notify import is_safety
from bot.dialogue.say import Offer, Say
from bot.family import contacts
from bot.outbox.draft import RELAY
from bot.store.tables import Case, Conversation, Entry, Message, Send


async def people(desk: Desk, case: Case) -> dict[UUID, Conversation]:
    """The chats that her words may go to: the patient's, and those of relatives; the patient's alone where there are none."""
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    theirs = await contacts.relatives(desk.session, case)
    return {chat.id: chat for chat in (patient, *(one.chat for one in theirs))}


async def addressee(desk: Desk, case: Case, message: Message, picked: str = "") -> Conversation | None:
    """The chat for this bubble of hers; None when it is not clear. `picked`: by a button. Refusal when whoever is meant has
    left the case."""
    known = await people(desk, case)
    if picked:
        return _still_there(known, UUID(picked), case)
    quoted = await _quoted(desk, message)
    if quoted is not None:
        own = quoted in await chats_of(desk.session, case)
        return _still_there(known, case.conversation_id if own else quoted, case)
    if len(known) == 1:
        return known[case.conversation_id]
    writers = await _wrote_since(desk, case, known)
    if len(writers) > 1 and not is_safety(case):
        return None
    chosen = writers[-1] if writers else await written_to_last(desk, case)
    return known.get(chosen or case.conversation_id, known[case.conversation_id])


def _still_there(known: dict[UUID, Conversation], chat: UUID, case: Case) -> Conversation:
    if chat not in known:
        raise Refusal(Say("desk.family.gone", {"case": str(case.id)}))
    return known[chat]


async def _quoted(desk: Desk, message: Message) -> UUID | None:
    """In whose chat stands what the quoted bubble of hers relays: their words to her, or hers to them."""
    quoted = message.body.get("quoted", "")
    if not quoted or message.body.get("choice"):
        return None
    ours = select(Send.answers_id).where(
        Send.conversation_id == desk.conversation.id, Send.provider_id == quoted, Send.answers_id.is_not(None)
    )
    relayed = select(Message.conversation_id).join(Conversation, Conversation.id == Message.conversation_id)
    theirs = relayed.where(Message.id.in_(ours), Conversation.role == "patient")
    if found := (await desk.session.scalars(theirs.limit(1))).one_or_none():
        return found
    own = select(Message.id).where(
        Message.conversation_id == desk.conversation.id, Message.reference == quoted
    )
    hers = select(Send.conversation_id).where(Send.purpose == RELAY.name, Send.answers_id.in_(own))
    return (await desk.session.scalars(hers.order_by(Send.id.desc()).limit(1))).one_or_none()


async def _wrote_since(desk: Desk, case: Case, known: dict[UUID, Conversation]) -> list[UUID]:
    """Who wrote since a consultant last did, each once, who wrote last at the end. Any chat of the patient is the patient;
    who has left the case does not count."""
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind == "message").order_by(Entry.id.desc())
    numbers: list[int] = []
    for entry in await desk.session.scalars(query):
        if entry.consultant_id:
            break
        numbers.append(entry.body["message"])
    found = await desk.session.execute(
        select(Message.id, Message.conversation_id).where(Message.id.in_(numbers))
    )
    chats = dict(found.all())
    patient = dict.fromkeys(await chats_of(desk.session, case), case.conversation_id)
    wrote = [patient.get(chats[n], chats[n]) for n in numbers if n in chats]
    return [chat for chat in dict.fromkeys(wrote) if chat in known][::-1]


async def written_to_last(desk: Desk, case: Case) -> UUID | None:
    """Whose chat a consultant's last words in this case went to."""
    query = select(Send.conversation_id).where(
        Send.case_id == case.id, Send.purpose == RELAY.name, Send.state != "cancelled"
    )
    return (await desk.session.scalars(query.order_by(Send.id.desc()).limit(1))).one_or_none()


async def is_another(desk: Desk, case: Case, chat: Conversation) -> bool:
    """Whether her words go to somebody else in the case than her last ones did."""
    if len(known := await people(desk, case)) == 1:
        return False
    last = await written_to_last(desk, case)
    return last is not None and (last if last in known else case.conversation_id) != chat.id


async def name_of(desk: Desk, case: Case, chat: Conversation) -> str:
    """`Marta (hija)`, `Luz (paciente)`: for a button or a line of the desk."""
    language = desk.me.language
    label = await contacts.label(desk.services, desk.session, case, chat, language)
    if chat.id == case.conversation_id and "(" not in label:
        patient = desk.services.texts.word("relation", contacts.SELF, language)
        return f"{label} ({patient})" if label else patient
    return label


async def ask(desk: Desk, case: Case, messages: Sequence[Message], words: str | None) -> list[Say]:
    """For whom in the case it is: her lines are kept, and go on one tap."""
    meaning: dict[str, Any] = {
        "do": "relay",
        "case": case.id,
        "messages": [message.id for message in messages],
    }
    if words is not None:
        meaning["words"] = words
    offers = []
    for chat in (await people(desk, case)).values():
        title = shortened(await name_of(desk, case, chat))
        offers.append(Offer("relay", {**meaning, "to": str(chat.id)}, title))
    return [Say("desk.family.whom", {"case": str(case.id)}, options=offers[:10], asks=True)]
