"""One answer: how it is said, a form to say it otherwise, what the patient would then see, and its earlier versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from bot.answers import live
from bot.answers.check import LANGUAGES, Problem, is_complete, is_editable, problems
from bot.answers.live import Overtaken
from bot.console.answers import title
from bot.console.audit import keep
from bot.console.numbers import as_number
from bot.console.pages import shown, text, unknown
from bot.console.visit import HOME, Visit
from bot.desk.standing import at_words, names
from bot.store.tables import AnswerVersion
from bot.texts import Entry, TextError
from bot.texts.entry import placeholders

FIELDS = ("es", "en", "without_es", "without_en")
LONGEST_WORDS, LONGEST_REASON = 4000, 300
QUICK_REPLIES = 3  # more buttons are a list on WhatsApp


@dataclass(frozen=True, slots=True)
class Seen:
    """What a patient sees: in which language, with the office's facts or without, how long it is, its buttons."""

    language: str
    with_facts: bool
    text: str
    size: int
    most: int
    buttons: Sequence[str]
    as_list: bool


@dataclass(frozen=True, slots=True)
class Past:
    number: int  # 0: the file's
    head: str
    reason: str
    es: str
    en: str


async def answer_page(visit: Visit) -> Response:
    """As it is said now."""
    key = visit.request.path_params["key"]
    if not _may_edit(visit, key):
        return await unknown(visit)
    async with visit.services.database.session() as session:
        await live.refresh(visit.services, session)
    entry = visit.services.texts.entry(key)
    assert entry is not None
    saved = visit.request.query_params.get("saved") == "1"
    return await _page(visit, key, entry, _form_of(visit, entry), saved=saved)


async def edit(visit: Visit) -> Response:
    """Shows what the form would say, or saves it."""
    key = visit.request.path_params["key"]
    if not _may_edit(visit, key):
        return await unknown(visit)
    form = _filled(visit)
    entry = live.edited(visit.services.texts.entries[key], _texts(form))
    found = problems(visit.services, key, entry)
    if visit.form.get("do") != "save":
        return await _page(visit, key, entry, form, found=found, previewed=True)
    found += _lacking(visit, form)
    if found or not await _save(visit, key, live.texts_of(entry), form):
        found = found or [Problem("overtaken")]
        return await _page(visit, key, entry, form, found=found, status=422)
    return RedirectResponse(f"{HOME}/answers/{key}?saved=1", 303)


async def put_back(visit: Visit) -> Response:
    """Say an earlier version again, as a new one; version 0 is the file's words."""
    key, number = visit.request.path_params["key"], as_number(visit.form.get("version", ""))
    if not _may_edit(visit, key):
        return await unknown(visit)
    async with visit.services.database.session() as session:
        rows = await live.history(session, key)
    former = next((row for row in rows if row.id == number), None)
    if number and former is None:
        return await unknown(visit)
    texts = former.texts if former else None
    shipped = visit.services.texts.entries[key]
    entry = live.edited(shipped, texts) if texts else shipped
    reason = (
        text(visit, "edit.put_back_reason", number=str(number)) if number else text(visit, "edit.file_again")
    )
    review_by = (former.review_by if former else live.review_due(shipped, None)).isoformat()
    form = {"reason": reason, "review_by": review_by, "based_on": visit.form.get("based_on", "")}
    found = problems(visit.services, key, entry)
    if found or not await _save(visit, key, texts, form, what="answer_put_back"):
        found = found or [Problem("overtaken")]
        return await _page(visit, key, entry, _form_of(visit, entry), found=found, status=422)
    return RedirectResponse(f"{HOME}/answers/{key}?saved=1", 303)


def _may_edit(visit: Visit, key: str) -> bool:
    return visit.runs_the_office and is_editable(visit.services, key)


def _form_of(visit: Visit, entry: Entry) -> dict[str, str]:
    """What stands in the form before anything was typed."""
    without = entry.without_facts
    words = {"es": entry.es, "en": entry.en}
    words |= {"without_es": without.es if without else "", "without_en": without.en if without else ""}
    review_by = (visit.services.office.local(visit.services.clock()) + live.REVIEW_EVERY).date()
    return words | {"review_by": review_by.isoformat(), "reason": ""}


def _filled(visit: Visit) -> dict[str, str]:
    form = {name: visit.form.get(name, "").strip()[:LONGEST_WORDS] for name in FIELDS}
    form["review_by"] = visit.form.get("review_by", "").strip()
    form["reason"] = " ".join(visit.form.get("reason", "").split())[:LONGEST_REASON]
    form["based_on"] = visit.form.get("based_on", "")
    return form


def _texts(form: Mapping[str, str]) -> dict[str, Any]:
    without = {"es": form["without_es"], "en": form["without_en"]}
    return {"es": form["es"], "en": form["en"], "without_facts": without if any(without.values()) else None}


def _lacking(visit: Visit, form: Mapping[str, str]) -> list[Problem]:
    """What the office wants to know of every change."""
    found = [] if form["reason"] else [Problem("no_reason")]
    today = visit.services.office.local(visit.services.clock()).date()
    return found if (_day(form["review_by"]) or today) > today else [*found, Problem("no_review")]


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


async def _save(
    visit: Visit,
    key: str,
    texts: Mapping[str, Any] | None,
    form: Mapping[str, str],
    what: str = "answer_edited",
) -> bool:
    """Whether it was saved; not when somebody else saved this answer since the page was shown."""
    services, by = visit.services, visit.me.id if visit.me else None
    try:
        async with services.database.session() as session:
            await live.save(
                services,
                session,
                key,
                texts,
                by=by,
                reason=form["reason"],
                review_by=date.fromisoformat(form["review_by"]),
                based_on=as_number(form["based_on"]),
            )
            keep(visit, session, what, about=key)
    except Overtaken:
        return False
    return True


async def _page(
    visit: Visit,
    key: str,
    entry: Entry,
    form: Mapping[str, str],
    *,
    found: Sequence[Problem] = (),
    previewed: bool = False,
    saved: bool = False,
    status: int = 200,
) -> Response:
    services = visit.services
    async with services.database.session() as session:
        rows = await live.history(session, key)
        past = await _past(visit, session, key, rows)
    edition, newest = services.texts.editions.by_key.get(key), rows[0] if rows else None
    said = [text(visit, f"edit.{one.name}", **one.values) for one in found]
    return shown(
        visit,
        "answer",
        status,
        key=key,
        title=title(visit, key),
        form=form,
        found=said,
        seen=_seen(visit, key, entry),
        names=_names(visit, key),
        past=past,
        based_on=newest.id if newest else 0,
        version=edition.number if edition else 0,
        counts=({newest.id} if newest else set())
        | ({0} if newest is None or newest.texts is None else set()),
        unfit=newest is not None and newest.texts is not None and edition is None,
        previewed=previewed,
        saved=saved,
        source=entry.source,
        longest=LONGEST_WORDS,
    )


def _seen(visit: Visit, key: str, entry: Entry) -> list[Seen]:
    """Both languages, as said now; and without the facts where it has other words for that."""
    services = visit.services
    if not is_complete(entry):
        return []
    wordings = [
        (entry, True),
        *([(entry.model_copy(update=_bare(entry)), False)] if entry.without_facts else []),
    ]
    found = []
    for wording, with_facts in wordings:
        for language in LANGUAGES:
            buttons = [services.texts.title(name, language) for name in entry.buttons]
            try:
                said = services.texts.worded(
                    key, wording, language, _samples(visit, key, language), services.office, services.real
                ).text
            except TextError:  # a brace that means nothing is told as a problem
                continue
            found.append(
                Seen(
                    language,
                    with_facts,
                    said,
                    len(said),
                    entry.longest,
                    buttons,
                    len(buttons) > QUICK_REPLIES,
                )
            )
    return found


def _bare(entry: Entry) -> dict[str, Any]:
    """The words for when a fact may not be said, as if they were the answer."""
    assert entry.without_facts is not None
    return {
        "es": entry.without_facts.es,
        "en": entry.without_facts.en,
        "without_facts": None,
        "relies_on": (),
    }


def _samples(visit: Visit, key: str, language: str) -> dict[str, str]:
    """For what the patient names: `{specialty}`."""
    services = visit.services
    values = {name for name in placeholders(services.texts.entries[key].es) if "." not in name}
    said = {name: f"console.sample.{name}" for name in values}
    return {
        name: services.texts.render(sample, language, {}, services.office, services.real).text
        if services.texts.has(sample)
        else f"‹{name}›"
        for name, sample in said.items()
    }


def _names(visit: Visit, key: str) -> list[tuple[str, str]]:
    """What may stand in braces, and what is said in its place now."""
    services = visit.services
    shipped = services.texts.entries[key]
    values = sorted({name for one in shipped.wordings for name in placeholders(one.es) if "." not in name})
    known = services.texts.known(visit.language, services.office, services.real)
    unsaid = text(visit, "edit.unsaid")
    facts = {f"fact.{name}": unsaid for name in services.office.all_facts} | known
    return [*((name, "…") for name in values), *sorted(facts.items())]


async def _past(visit: Visit, session: AsyncSession, key: str, rows: Sequence[AnswerVersion]) -> list[Past]:
    people, services = await names(session), visit.services
    shipped = services.texts.entries[key]
    past = []
    for row in rows:
        who = people.get(row.consultant_id, "–") if row.consultant_id else text(visit, "administrator")
        head = f"{at_words(services, row.at, visit.language)} · {who}"
        words = row.texts or {"es": shipped.es, "en": shipped.en}
        past.append(Past(row.id, head, row.reason, words["es"], words["en"]))
    return [*past, Past(0, text(visit, "edit.file"), "", shipped.es, shipped.en)]
