"""What was not understood, newest first, one at a time: opened (which is kept), given a label, and written anew as a training
line. The words of a patient stay where they are: what is kept is in the reviewer's own, and leads to no message."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.console.audit import MESSAGE, keep
from bot.console.case import STAYS_OPEN
from bot.console.numbers import as_number
from bot.console.pages import shown, text, unknown
from bot.console.topics import title_of
from bot.console.visit import HOME, Visit
from bot.desk.lately import words_of
from bot.desk.standing import at_words
from bot.dialogue.rasa import RasaDown, plain
from bot.language import detect
from bot.lines.export import LANGUAGES
from bot.lines.guard import bare, known_lines, problem
from bot.privacy.notice import age
from bot.store.tables import Audit, Conversation, Message, Review, Send, TrainingLine

LIKELIEST = 3
LINED, OUT_OF_SCOPE, SKIPPED = "lined", "out_of_scope", "skipped"
EMPTY_FORM = {"label": "", "language": "", "line": ""}


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the assistant did not understand; nothing in it is of the patient."""

    id: int
    at: datetime
    channel: str
    label: str
    confidence: float
    conversation: Conversation


async def review_page(visit: Visit) -> Response:
    """The newest one, or the one of the address."""
    if not visit.runs_the_office:
        return await unknown(visit)
    wished = as_number(visit.request.path_params.get("message", ""))
    async with visit.services.database.session() as session:
        found = await _find(session, wished)
        left = await session.scalar(select(func.count()).select_from(_waiting().subquery())) or 0
    if wished and found is None:
        return shown(visit, "message", 404, key="review.gone")
    return await _page(visit, found, left)


async def open_message(visit: Visit) -> Response:
    """To read it: the head of office, in her own session. Kept in the audit log, by number."""
    number = as_number(visit.request.path_params["message"])
    if not _may_read(visit):
        return await unknown(visit)
    async with visit.services.database.session() as session:
        if await _find(session, number) is None:
            return shown(visit, "message", 404, key="review.gone")
        keep(visit, session, "message_opened", about=f"{MESSAGE}{number}")
    return RedirectResponse(f"{HOME}/review/{number}", 303)


async def decide(visit: Visit) -> Response:
    """A training line, out of scope, or skipped; then the next one."""
    number, form = as_number(visit.request.path_params["message"]), _filled(visit)
    if not _may_read(visit):
        return await unknown(visit)
    async with visit.services.database.session() as session:
        found = await _find(session, number)
        if found is None:
            return shown(visit, "message", 404, key="review.gone")
        outcome = visit.form.get("do", "")
        if outcome != SKIPPED and not await _is_open(visit, session, number):
            return RedirectResponse(f"{HOME}/review/{number}", 303)
        wrong = await _wrong(visit, session, found, form) if outcome == LINED else ""
        if outcome in (LINED, OUT_OF_SCOPE, SKIPPED) and not wrong:
            await _keep(visit, session, found, outcome, form)
            return RedirectResponse(f"{HOME}/review?done={outcome}", 303)
    return await _page(visit, found, 0, form=form, wrong=wrong, status=422)


def _may_read(visit: Visit) -> bool:
    """Words of patients are read by somebody with a name."""
    return visit.runs_the_office and visit.me is not None


def _filled(visit: Visit) -> dict[str, str]:
    form = {name: " ".join(visit.form.get(name, "").split()) for name in EMPTY_FORM}
    form["label"] = form["label"] if form["label"] in visit.services.labels.names else ""
    return form


def _waiting() -> Select[int | None, int]:
    """Messages of patients that nobody has reviewed and whose words are still there."""
    query = select(Send.answers_id, func.max(Send.id).label("newest"))
    query = query.join(Message, Message.id == Send.answers_id)
    query = query.join(Conversation, Conversation.id == Message.conversation_id)
    query = query.outerjoin(Review, Review.message_id == Message.id)
    query = query.where(Send.why["by"].astext == "unsure", Review.message_id.is_(None))
    query = query.where(Message.emptied_at.is_(None), Conversation.role == "patient")
    return query.where(Conversation.erasing_at.is_(None)).group_by(Send.answers_id)


async def _find(session: AsyncSession, number: int) -> Found | None:
    """The message of that number, or for 0 the newest."""
    waiting = _waiting().where(Send.answers_id == number) if number else _waiting()
    one = waiting.order_by(func.max(Send.id).desc()).limit(1).subquery()
    query = select(Send, Conversation).join(one, one.c.newest == Send.id)
    row = (
        await session.execute(query.join(Conversation, Conversation.id == Send.conversation_id))
    ).one_or_none()
    if row is None:
        return None
    send, conversation = row
    why = send.why or {}
    told = (why.get("label", ""), why.get("confidence", 0.0))
    return Found(send.answers_id or 0, send.created_at, conversation.channel, *told, conversation)


async def _is_open(visit: Visit, session: AsyncSession, number: int) -> bool:
    """Whether she opened it in this session, a short while ago."""
    if visit.me is None or visit.session is None:
        return False
    since = max(visit.services.clock() - STAYS_OPEN, visit.session.created_at)
    query = select(Audit.id).where(Audit.about == f"{MESSAGE}{number}", Audit.what == "message_opened")
    query = query.where(Audit.consultant_id == visit.me.id, Audit.at >= since)
    return (await session.scalars(query.limit(1))).one_or_none() is not None


async def _words(visit: Visit, session: AsyncSession, found: Found) -> list[str]:
    """All bubbles that were answered as one thought, masked as they were stored."""
    first = await session.get_one(Message, found.id)
    query = select(Message).where(Message.conversation_id == first.conversation_id, Message.id >= first.id)
    query = query.where(Message.answered_at == first.answered_at).order_by(Message.id)
    return [words_of(visit.services, one, visit.language) for one in await session.scalars(query)]


async def _wrong(visit: Visit, session: AsyncSession, found: Found, form: Mapping[str, str]) -> str:
    """A key (after `console.review.`) that says what keeps this from being a training line, or ""."""
    if not form["label"] or form["language"] not in LANGUAGES:
        return "no_label"
    told = " ".join(await _words(visit, session, found))
    own = {bare(row) for row in await session.scalars(select(TrainingLine.text))}
    known = await asyncio.to_thread(known_lines)  # the first time it reads all the training data: seconds
    if bare(form["line"]) in own:
        return "known"
    return problem(form["line"], told, found.conversation.name, known)


async def _keep(
    visit: Visit, session: AsyncSession, found: Found, outcome: str, form: Mapping[str, str]
) -> None:
    assert visit.me is not None
    now, who = visit.services.clock(), visit.me.id
    row = {"message_id": found.id, "outcome": outcome, "consultant_id": who, "at": now}
    kept = await session.scalars(
        insert(Review).values(row).on_conflict_do_nothing().returning(Review.message_id)
    )
    if kept.one_or_none() is None:  # somebody else was quicker
        return
    if outcome == LINED:
        line = {name: form[name] for name in ("label", "language")} | {"text": form["line"]}
        session.add(TrainingLine(**line, consultant_id=who, at=now))
    keep(visit, session, f"message_{outcome}", about=f"{MESSAGE}{found.id}")


async def _page(
    visit: Visit,
    found: Found | None,
    left: int,
    *,
    form: Mapping[str, str] = EMPTY_FORM,
    wrong: str = "",
    status: int = 200,
) -> Response:
    services = visit.services
    words: Sequence[str] = ()
    async with services.database.session() as session:
        if found and await _is_open(visit, session, found.id):
            words = await _words(visit, session, found)
    ages = {name: age(services, name, visit.language) for name in ("no_consent", "texts")}
    done = visit.request.query_params.get("done", "")
    return shown(
        visit,
        "review",
        status,
        found=found,
        left=left,
        words=words,
        likeliest=await _likeliest(visit, " ".join(words)) if words else (),
        groups=_groups(visit),
        languages={name: text(visit, f"review.language.{name}") for name in LANGUAGES},
        form={**form, "language": form["language"] or detect(" ".join(words))},
        wrong=text(visit, f"review.{wrong}") if wrong else "",
        may_read=_may_read(visit),
        at=at_words(services, found.at, visit.language) if found else "",
        guess=_guess(visit, found.label, found.confidence) if found and found.label else "",
        ages=ages,
        done=text(visit, f"review.done.{done}") if done in (LINED, OUT_OF_SCOPE, SKIPPED) else "",
    )


async def _likeliest(visit: Visit, words: str) -> Sequence[str]:
    """What the model of now would take it for; nothing while it cannot be asked."""
    try:
        parsed = await visit.services.rasa.parse(plain(words))
    except RasaDown:
        return ()
    return [_guess(visit, label, confidence) for label, confidence in parsed.ranking[:LIKELIEST]]


def _guess(visit: Visit, label: str, confidence: float) -> str:
    return f"{title_of(visit, label)} · {round(100 * confidence)} %"


def _groups(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every label with its title, in its group."""
    labels, es = visit.services.labels, visit.language == "es"
    return [
        (
            title.es if es else title.en,
            [
                (name, labels.title(name, visit.language))
                for name in labels.names
                if labels.group(name) == group
            ],
        )
        for group, title in labels.groups.items()
    ]
