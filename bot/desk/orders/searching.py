"""Finding a case: by its number, the patient's name or phone, or what it is about."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from bot.desk.desk import Desk, Order
from bot.desk.orders.writing import after_all_offer
from bot.desk.pages import page_of
from bot.desk.standing import may_read, standing
from bot.dialogue.choices import folded
from bot.dialogue.say import Say
from bot.store.tables import Case, Conversation

LOOKED_BACK = timedelta(days=90)
MOST = 500  # cases looked through, newest first: names are sealed, so each is opened to be compared
SHORTEST_PHONE = 4  # digits
PHONE = re.compile(r"[\d\s()+.\-]+")


async def search(desk: Desk, order: Order) -> Sequence[Say]:
    """Her own cases and those of the last 90 days that fit. With cases in hand she may have meant the words for a patient."""
    wanted = str(order.meaning.get("wanted") or order.rest).strip()
    if not wanted:
        return [Say("desk.search.empty")]
    message = int(order.meaning.get("message") or desk.message.id)
    after_all = [await after_all_offer(desk, order, message)] if await desk.held() else []
    found = await _found(desk, wanted)
    again: dict[str, Any] = {"do": "search", "wanted": wanted, "message": message}
    if after_all:
        again["meant"] = after_all[0].meaning["case"]
    page = page_of(desk, found, again, order.meaning.get("page", 0), besides=len(after_all))
    offers = [desk.offer("case", case) for case, _ in page.items]
    lines = [await _line(desk, case, patient) for case, patient in page.items]
    key = "desk.search.found" if found else "desk.search.nothing"
    not_sent = desk.text("desk.search.not_sent") if after_all else ""
    values = {"wanted": wanted, "count": str(len(found)), "lines": "\n".join([*lines, not_sent]).strip()}
    return [Say(key, values, options=[*offers, *page.more, *after_all])]


async def _found(desk: Desk, wanted: str) -> list[tuple[Case, Conversation]]:
    since = desk.services.clock() - LOOKED_BACK
    query = (
        select(Case, Conversation)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(or_(Case.holder_id == desk.me.id, Case.opened_at > since))
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    rows = (await desk.session.execute(query)).all()
    return [(case, patient) for case, patient in rows if _fits(desk, wanted, case, patient)]


def _fits(desk: Desk, wanted: str, case: Case, patient: Conversation) -> bool:
    digits = re.sub(r"\D", "", wanted) if PHONE.fullmatch(wanted.lstrip("#")) else ""
    if digits:
        phone = re.sub(r"\D", "", patient.phone)
        return digits == str(case.id) or (len(digits) >= SHORTEST_PHONE and digits in phone)
    words = folded(wanted).split()
    topics = [desk.services.labels.title(case.topic, language) for language in ("es", "en")]
    return bool(words) and any(
        all(word in folded(told) for word in words) for told in (patient.name, *topics, case.specialty)
    )


async def _line(desk: Desk, case: Case, patient: Conversation) -> str:
    """Number, state, holder; the name only to whom it is known already."""
    state = await standing(desk.services, desk.session, case, desk.me, desk.me.language)
    known = may_read(desk.me, case)
    name = f" {patient.name}" if known and patient.name else ""
    return desk.text("desk.search.line", case=str(case.id), name=name, state=state)
