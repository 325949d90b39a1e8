"""What a person may ask about the data kept of them, at any moment: MIS DATOS, CORREGIR MIS DATOS, BORRAR, REVOCAR, PRIVACIDAD,
or the buttons. Before anything else is understood, and also while a consultant holds the case: a right waits for nobody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.doubts import by_a_person
from bot.conversation.person_in_charge import forward_if_held
from bot.conversation.turn import Effect, Outcome, Turn
from bot.desk import cases, held
from bot.desk.notify import notify
from bot.dialogue.say import Offer, Say
from bot.outbox.draft import OPT_OUT, REPLY, Draft
from bot.outbox.enqueue import enqueue
from bot.outbox.files import kept_file
from bot.outbox.why import Cause
from bot.privacy import consent, erasure, notice, requests
from bot.privacy.document import pdf
from bot.privacy.holdings import Holdings, holdings
from bot.store.tables import Case, PrivacyRequest
from bot.texts import TextBook

CONSENT_BUTTONS = ("consent", "no_consent")


async def rights(turn: Turn) -> Outcome:
    if turn.conversation.erasing_at and not _in_danger(
        turn.case
    ):  # blocked: what comes now goes with the rest
        turn.messages = turn.waiting
        return Outcome.SILENT
    wish = _wish(turn)
    if wish in CONSENT_BUTTONS and turn.case and turn.case.holder_id:  # the assistant is not asked now
        turn.parts += [_agree if wish == "consent" else revoke, forward_if_held]
    elif wish in WISHES:
        turn.parts.append(WISHES[wish])
    else:
        return Outcome.GO_ON
    turn.cause = Cause("choice" if turn.choice else "command", command=wish)
    return Outcome.REPLY


def _in_danger(case: Case | None) -> bool:
    """An open case about danger goes on until a person closes it, whatever was asked."""
    return case is not None and case.reason in cases.SAFETY


def _wish(turn: Turn) -> str:
    """The right that a button or a word names, or ""."""
    if turn.choice is not None:
        return str(turn.choice.get("right") or turn.choice.get("label") or "")
    return turn.command.name if turn.command else ""


async def _note(turn: Turn, session: AsyncSession, kind: str, **more: Any) -> PrivacyRequest:
    """For the office, with the clock of the law."""
    office = turn.services.office
    return await requests.note(session, office, turn.now, turn.conversation, kind, **more)


async def _by_a_person(turn: Turn, session: AsyncSession, topic: str, kind: str) -> Sequence[Say]:
    says = await by_a_person(turn, session, topic)
    case = await cases.open_case_of(session, turn.conversation.id)
    await _note(turn, session, kind, case_id=case.id if case else None)
    return says


async def my_data(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: what is stored, as a file and below it in words. To the chat that it is about and nowhere else."""
    if turn.conversation.doubted_at:
        return await _by_a_person(turn, session, "my_data", "copy")
    found = await holdings(session, turn.conversation)
    await _send_file(turn, session, found)
    await _note(turn, session, "copy", done=True)
    return [Say("privacy.data.summary", {"lines": "\n".join(_lines(turn, found))})]


def _lines(turn: Turn, found: Holdings) -> list[str]:
    def line(name: str, /, **values: str) -> str:
        services = turn.services
        key = f"privacy.data.line.{name}"
        return services.texts.render(key, turn.language, values, services.office, services.real).text

    contact, given = found.contact, next((one for one in found.consents if not one["revoked"]), None)
    emptied = sum("erased_by_age" in one for one in found.messages)
    numbers = ", ".join(f"#{one['number']}" for one in found.cases)
    lines = [
        line("contact", name=contact["name"] or "–", phone=contact["phone"] or "–"),
        line("messages", count=str(len(found.messages)), since=_day(turn, contact["since"])),
        line("emptied", count=str(emptied)) if emptied else "",
        line("replies", count=str(len(found.replies))),
        line("files", count=str(len(found.files))) if found.files else "",
        line("cases", cases=numbers) if numbers else "",
        line("notes", count=str(found.notes)) if found.notes else "",
        line("seen", names=", ".join(found.seen_by)) if found.seen_by else line("nobody"),
        line("consent", since=_day(turn, given["given"])) if given else line("no_consent"),
    ]
    return [one for one in lines if one]


def _day(turn: Turn, moment: str) -> str:
    local = turn.services.office.local(datetime.fromisoformat(moment))
    return f"{turn.services.texts.say_day(local, turn.language)} {local.year}"


async def _send_file(turn: Turn, session: AsyncSession, found: Holdings) -> None:
    """Before the words: they have buttons, which belong at the end."""
    services = turn.services
    name = services.texts.render("privacy.copy.file", turn.language, {}, services.office, services.real).text
    content = pdf(list(_written(services.texts, turn.language, found.told())))
    file = await kept_file(services, session, turn.first.id, f"{name}.pdf", "application/pdf", content)
    purpose = OPT_OUT if turn.conversation.opted_out_at else REPLY
    await enqueue(turn.services, session, turn.conversation, Draft(file=file), purpose)


def _written(texts: TextBook, language: str, told: Mapping[str, object], indent: str = "") -> Sequence[str]:
    """Nested keys and values as indented lines."""
    lines: list[str] = []
    for key, value in told.items():
        name = texts.word("copy", key, language) if texts.has(f"word.copy.{key}") else key
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}:", *_written(texts, language, value, f"{indent}    ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{name}: {len(value)}")
            for one in value:
                if isinstance(one, Mapping):
                    lines += [*_written(texts, language, one, f"{indent}    "), ""]
                else:
                    lines.append(f"{indent}    {one}")
        elif value not in ("", None):
            lines.append(f"{indent}{name}: {value}")
    return lines


async def ask_to_erase(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: what goes and what stays is said first; only the button erases."""
    if turn.conversation.doubted_at:
        return await _by_a_person(turn, session, "delete_my_data", "erasure")
    case = await cases.open_case_of(session, turn.conversation.id)
    if case and _in_danger(case):
        await _note(turn, session, "erasure", case_id=case.id)
        return [Say("privacy.erase.danger", {"case": str(case.id)}, options=("talk_to_human",))]
    sure = [Offer("erase_now", {"right": "erase"}), Offer("keep_data", {"right": "keep"})]
    key = "privacy.erase.sure_open" if case else "privacy.erase.sure"
    return [Say(key, {"case": str(case.id)} if case else {}, options=sure, asks=True)]


async def erase(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: blocked at once; the erasing is a duty (bot/desk/erasing.py), and the receipt follows it."""
    case = await cases.open_case_of(session, turn.conversation.id)
    if turn.conversation.doubted_at or _in_danger(case):
        return await ask_to_erase(turn, session)
    row = erasure.ask(session, turn.conversation, turn.now, by="chat")
    await session.flush()
    await _note(turn, session, "erasure", erasure_id=row.id)
    return [Say("privacy.erase.begun", options=())]


async def keep(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: nothing is erased."""
    return [Say("privacy.erase.kept")]


async def _agree(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    await consent.give(turn.services, session, turn.conversation)
    return [Say("privacy.consent.given", options=())]


async def revoke(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: whoever holds the case learns it, for she may pass nothing on any more."""
    if not await consent.given(session, turn.conversation.id):
        return [Say("privacy.consent.none")]
    await consent.revoke(turn.services, session, turn.conversation.id)
    if case := await cases.open_case_of(session, turn.conversation.id):
        await cases.append(turn.services, session, case, "consent_revoked")
        await held.tell_holder(
            turn.services, session, case, Say("desk.consent_revoked", {"case": str(case.id)})
        )
    return [Say("privacy.consent.revoked")]


async def correct(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: what is wrong is put right by a person, who hears of it as of any case."""
    case, new = await cases.open_case(
        turn.services, session, turn.conversation, reason="privacy", topic="my_data"
    )
    if new:
        await notify(turn.services, session, case)
    case.announced_at, case.announce_by = turn.now, None
    row = await _note(turn, session, "rectification", case_id=case.id)
    by = _day(turn, row.due_at.isoformat()) if row.due_at else "–"
    values = {"case": str(case.id), "by": by}
    await held.tell_holder(turn.services, session, case, Say("desk.rectification", values))
    return [Say("privacy.correct", values, options=())]


async def tell_notice(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: the answer about privacy, and where the full notice is."""
    link = {"url": notice.url(turn.services, turn.language)}
    notice.was_shown(turn.conversation, turn.now)
    return [Say("answer.ask_privacy"), Say("privacy.notice.link", link, options=None)]


WISHES: Mapping[str, Effect] = {
    "my_data": my_data,
    "correct_my_data": correct,
    "delete_my_data": ask_to_erase,
    "erase": erase,
    "keep": keep,
    "revoke": revoke,
    "ask_privacy": tell_notice,
    "privacy": tell_notice,
}
