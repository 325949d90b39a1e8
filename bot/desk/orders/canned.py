"""Canned replies: the approved answers of data/texts/answers.yml, said to a patient in her language with the office's facts."""

from collections.abc import Sequence

from bot.desk.desk import Desk, Order
from bot.desk.orders.writing import addressed, say_to_patient
from bot.desk.pages import page_of
from bot.dialogue.choices import folded
from bot.dialogue.say import Offer, Say
from bot.store.tables import Case, Conversation
from bot.voice.recordings import is_whole

SENT_ALREADY = "desk.writing.sent_already"
WHOM = "desk.family.whom"  # not sent yet: to whom in the case?
QUESTIONS = "ask_"  # what patients ask: the other answers speak as the assistant, or offer a person


async def reply(desk: Desk, order: Order) -> Sequence[Say] | None:
    """`/r` lists them; `/r horario` sends the one that fits; of several she picks one, reads it and sends it."""
    if label := str(order.meaning.get("label", "")):
        return await _picked(desk, order, label)
    wanted = str(order.meaning.get("wanted") or order.rest).strip()
    if not wanted:
        return [_list(desk, "desk.canned.list", labels(desk), order, wanted)]
    found = fitting(desk, wanted)
    if not found:
        return [Say("desk.canned.none", {"wanted": wanted})] if _is_order(desk) else None
    if len(found) > 1:
        return [_list(desk, "desk.canned.several", found, order, wanted)]
    label = found[0]
    # Where a fact may not be said she reads first what is said in its place.
    sure = (_is_order(desk) or is_called(desk, label, wanted)) and is_whole(desk.services, label)
    return await (_send if sure else _show)(
        desk, Order("reply", meaning={**order.meaning, "label": label}), label
    )


def labels(desk: Desk) -> list[str]:
    """Those of the approved answers."""
    services = desk.services
    return [
        name
        for name in services.labels.names
        if name.startswith(QUESTIONS) and services.texts.has(f"answer.{name}")
    ]


def fitting(desk: Desk, wanted: str) -> list[str]:
    """Those with that key or title; else those of which a word begins so ("dos" is no part of "resultados")."""
    exact = [label for label in labels(desk) if is_called(desk, label, wanted)]
    return exact or [
        label
        for label in labels(desk)
        if any(f" {folded(wanted)}" in f" {folded(name)}" for name in _names(desk, label))
    ]


def is_called(desk: Desk, label: str, wanted: str) -> bool:
    return folded(wanted) in [folded(name) for name in _names(desk, label)]


def _names(desk: Desk, label: str) -> list[str]:
    """All that a reply is called: `hours`, `ask_hours`, `Horario`, `Opening hours`."""
    services = desk.services
    titles = [(services.texts.title(label, one), services.labels.title(label, one)) for one in ("es", "en")]
    key = label.removeprefix(QUESTIONS)
    return [label, key, key.replace("_", " "), *(name for both in titles for name in both)]


def _is_order(desk: Desk) -> bool:
    """`r` is no word of any sentence, and nobody writes a `/` to a patient; "respuesta de la aseguradora" is for one."""
    first = desk.message.body.get("text", "").split()[0]
    return first.startswith("/") or folded(first) == "r"


def _list(desk: Desk, key: str, found: Sequence[str], order: Order, wanted: str) -> Say:
    page = page_of(desk, found, {"do": "reply", "wanted": wanted}, order.meaning.get("page", 0))
    titles = [both_titles(desk, label) for label in page.items]
    offers = [Offer(label, {"do": "reply", "label": label}) for label in page.items]
    return Say(key, {"lines": "\n".join(titles), "wanted": wanted}, options=[*offers, *page.more])


def both_titles(desk: Desk, label: str) -> str:
    """`Horario · Opening hours`."""
    return " · ".join(dict.fromkeys(desk.services.texts.title(label, one) for one in ("es", "en")))


async def _picked(desk: Desk, order: Order, label: str) -> Sequence[Say]:
    return await (_send if order.meaning.get("send") else _show)(desk, order, label)


async def _show(desk: Desk, order: Order, label: str) -> Sequence[Say]:
    """What the patient would read, and the button that sends it."""
    case = await addressed(desk, order, label=label, message=desk.message.id)
    if isinstance(case, list):
        return case
    text = await _text(desk, case, label)
    # With the message that it is about: a second tap sends nothing twice.
    meaning = {"do": "reply", "label": label, "case": case.id, "message": desk.message.id, "send": True}
    return [Say("desk.canned.shown", {"case": str(case.id), "text": text}, options=[Offer("send", meaning)])]


async def _send(desk: Desk, order: Order, label: str) -> Sequence[Say]:
    case = await addressed(desk, order, label=label, message=desk.message.id, send=True)
    if isinstance(case, list):
        return case
    text = await _text(desk, case, label)
    title = desk.services.texts.title(label, desk.me.language)
    told = await say_to_patient(desk, case, text, label)
    if any(say.key in (SENT_ALREADY, WHOM) for say in told):
        return told
    return [Say("desk.canned.sent", {"case": str(case.id), "title": title, "text": text}), *told]


async def _text(desk: Desk, case: Case, label: str) -> str:
    """The answer in the patient's language; over a real provider without what is only a sample."""
    services = desk.services
    patient = await desk.session.get_one(Conversation, case.conversation_id)
    language = patient.language or case.language
    return services.texts.render(f"answer.{label}", language, {}, services.office, services.real).text
