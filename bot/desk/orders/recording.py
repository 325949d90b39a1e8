"""`grabar horario`: an approved answer, read aloud once by a consultant, for patients who write by voice note."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.desk import roster
from bot.desk.desk import Desk, Order, shortened
from bot.desk.orders.canned import both_titles, fitting, is_called, labels
from bot.desk.pages import page_of
from bot.desk.tell import tell
from bot.desk.voice import every, length_of, outdated, title_of
from bot.dialogue.choices import folded
from bot.dialogue.say import Offer, Say
from bot.outbox.draft import NOTICE, Draft, DraftFile
from bot.outbox.enqueue import enqueue
from bot.store import audit
from bot.store.tables import Consultant, Recording, RecordingWish
from bot.voice.recordings import is_current, is_whole, mark_of, of_answer, words_of

WITHIN = timedelta(minutes=10)
LANGUAGES = ("es", "en")
_LANGUAGE = re.compile(r"(?:^|\s)(?:(?:en|in) )?(?:(espanol|spanish|es)|(?:ingles|english|en))$")


async def record(desk: Desk, order: Order) -> Sequence[Say] | None:
    """`grabar horario en inglés` asks for the voice note. What names no answer is for a patient, unless it begins with a
    slash."""
    if label := str(order.meaning.get("label", "")):
        return await _ask(desk, label, str(order.meaning.get("language") or "es"))
    wanted, language = _read(str(order.meaning.get("wanted") or order.rest))
    if not wanted:
        return [_list(desk, "desk.voice.list", labels(desk), order)]
    found = fitting(desk, wanted)
    slash = desk.message.body.get("text", "").lstrip().startswith("/")
    if not found:
        return [Say("desk.voice.none", {"wanted": wanted})] if slash else None
    if len(found) == 1 and (slash or is_called(desk, found[0], wanted)):
        return await _ask(desk, found[0], language or "es")
    return [_list(desk, "desk.voice.which", found, order)]


def _read(rest: str) -> tuple[str, str]:
    """What is named, and the language if one is: "hours in English", "horario es"."""
    words = folded(rest)
    if found := _LANGUAGE.search(words):
        return words[: found.start()].strip(), "es" if found[1] else "en"
    return words, ""


def _list(desk: Desk, key: str, found: Sequence[str], order: Order) -> Say:
    meaning = {"do": "record", "wanted": str(order.meaning.get("wanted") or order.rest)}
    page = page_of(desk, found, meaning, order.meaning.get("page", 0))
    offers = [Offer(label, {"do": "record", "label": label}) for label in page.items]
    lines = "\n".join(both_titles(desk, label) for label in page.items)
    return Say(key, {"lines": lines}, options=[*offers, *page.more])


async def _ask(desk: Desk, label: str, language: str) -> Sequence[Say]:
    """The words to read. Another language, or none at all, is a tap away."""
    title = desk.services.texts.title(label, desk.me.language)
    if not is_whole(desk.services, label):
        return [Say("desk.voice.not_whole", {"title": title})]
    words = words_of(desk.services, label, language)
    wish = RecordingWish(
        conversation_id=desk.conversation.id,
        label=label,
        language=language,
        mark=mark_of(words),
        thread=desk.message.body.get("thread", ""),
        until=desk.services.clock() + WITHIN,
        message_id=None,
        fetch_at=None,
        attempts=0,
    )
    await desk.session.merge(wish)
    other = next(one for one in LANGUAGES if one != language)
    offers = [
        Offer(f"voice_in_{other}", {"do": "record", "label": label, "language": other}),
        Offer("voice_stop", {"do": "stop_recording"}),
    ]
    shown = desk.services.texts.word("language", language, desk.me.language)
    return [Say("desk.voice.ready", {"title": title, "language": shown, "text": words}, options=offers)]


async def stop_recording(desk: Desk, order: Order) -> Sequence[Say]:
    wish = await desk.session.get(RecordingWish, desk.conversation.id)
    if wish is not None:
        await desk.session.delete(wish)
    return [Say("desk.voice.stopped")]


async def awaited(desk: Desk) -> bool:
    """Whether this bubble is the voice note that was asked for: not one that quotes a patient, or stands in another topic."""
    body = desk.message.body
    attached = body.get("attachments", ())
    if len(attached) != 1 or attached[0]["kind"] != "audio" or body.get("text"):
        return False
    wish = await desk.session.get(RecordingWish, desk.conversation.id)
    if wish is None or wish.until <= desk.services.clock() or wish.thread != body.get("thread", ""):
        return False
    return not await desk.of_quote()


async def recorded(desk: Desk, order: Order) -> Sequence[Say]:
    """It is fetched from its provider by a job, which tells her how it went."""
    wish = await desk.session.get_one(RecordingWish, desk.conversation.id)
    wish.message_id, wish.fetch_at, wish.attempts = desk.message.id, desk.services.clock(), 0
    await desk.services.jobs.fetch(desk.session, desk.conversation.id)
    return ()


async def recordings(desk: Desk, order: Order) -> Sequence[Say]:
    """All of them; a tap plays one. Who reads here that hers are outdated need not be told again."""
    if number := order.meaning.get("recording"):
        return await _play(desk, number)
    found = await every(desk.session)
    if not found:
        return [Say("desk.voice.nothing")]
    await outdated(desk.services, desk.session, desk.me.id)
    page = page_of(desk, found, {"do": "recordings"}, order.meaning.get("page", 0))
    lines = "\n".join([await _line(desk, one) for one in page.items])
    offers = [
        Offer(
            one.label,
            {"do": "recordings", "recording": one.id},
            shortened(f"{one.language.upper()} {_title(desk, one)}"),
        )
        for one in page.items
    ]
    return [
        Say("desk.voice.recorded", {"count": str(len(found)), "lines": lines}, options=[*offers, *page.more])
    ]


def _title(desk: Desk, recording: Recording) -> str:
    return desk.services.texts.title(recording.label, desk.me.language)


async def _line(desk: Desk, recording: Recording) -> str:
    key = "desk.voice.line" if is_current(desk.services, recording) else "desk.voice.line.outdated"
    return desk.text(key, **await _values(desk, recording))


async def _values(desk: Desk, recording: Recording) -> dict[str, str]:
    author = await desk.session.get_one(Consultant, recording.consultant_id)
    title = title_of(desk.services, recording, desk.me.language)
    return {"title": title, "length": length_of(recording), "consultant": author.profile["name"]}


async def _play(desk: Desk, number: int) -> Sequence[Say]:
    recording = await desk.session.get(Recording, number)
    if recording is None:
        return [Say("desk.voice.unknown", {"wanted": "–"})]

    async def play() -> None:
        draft = Draft(file=DraftFile(recording=number))
        await enqueue(desk.services, desk.session, desk.conversation, draft, NOTICE)

    desk.afterwards.append(play)
    erase = Offer("voice_erase", {"do": "erase_recording", "recording": number})
    return [Say("desk.voice.play", await _values(desk, recording), options=[erase])]


async def erase_recording(desk: Desk, order: Order) -> Sequence[Say]:
    """By whoever made it, or the head of office."""
    if number := order.meaning.get("recording"):
        found: Sequence[Recording] = [one for one in await every(desk.session) if one.id == number]
        return await _erase(desk, found[0]) if found else [Say("desk.voice.unknown", {"wanted": "–"})]
    wanted, language = _read(order.rest)
    named = fitting(desk, wanted) if wanted else []
    found = [
        one
        for label in named
        for one in await of_answer(desk.session, label)
        if language in ("", one.language)
    ]
    if not found:
        return [Say("desk.voice.unknown", {"wanted": wanted or "–"})]
    if len(found) == 1:
        return await _erase(desk, found[0])
    offers = [
        Offer(
            one.label,
            {"do": "erase_recording", "recording": one.id},
            shortened(f"{one.language.upper()} {_title(desk, one)}"),
        )
        for one in page_of(desk, found, {}, 0).items
    ]
    return [Say("desk.voice.erase_which", options=offers)]


async def _erase(desk: Desk, recording: Recording) -> Sequence[Say]:
    values = await _values(desk, recording)
    mine = recording.consultant_id == desk.me.id
    if not mine and not desk.me.listed.head:
        return [Say("desk.voice.not_yours", values)]
    await desk.session.delete(recording)
    audit.record(desk.session, desk.services.clock, "recording_erased", who=desk.me.id)
    author = None if mine else await roster.colleague(desk.services, desk.session, recording.consultant_id)
    if author is not None:
        title = title_of(desk.services, recording, author.language)
        told = Say("desk.voice.taken_back", {"title": title, "consultant": desk.me.name})
        await tell(desk.services, desk.session, author, [told])
    return [Say("desk.voice.erased", values)]
