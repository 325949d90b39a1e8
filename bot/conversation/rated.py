"""The thumb after a case was closed, tapped or clearly typed, and the words that may follow it. No trap: whatever is not
clearly one of these is the assistant's, like any message."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.turn import Effect, Outcome, Turn
from bot.desk import rating
from bot.desk.cases import locked
from bot.desk.rating import ASKED, DOWN, THANKED, THUMBS, UP
from bot.dialogue.choices import folded
from bot.dialogue.rasa import RasaDown
from bot.dialogue.say import Say
from bot.language import is_third_language
from bot.outbox.draft import INVITATION
from bot.outbox.why import Cause
from bot.store.tables import Message, Send

# What a few words after a thumb may be taken for and still be no more than that: nothing in them asks for an answer.
REMARKS = ("thank", "goodbye", "chitchat", "out_of_scope", "nlu_fallback")
DANGERS = ("emergency", "crisis")
TINTS = dict.fromkeys(map(ord, "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"))  # of a thumb


async def rated(turn: Turn) -> Outcome:
    if turn.choice is not None:
        return _tapped(turn, turn.choice) if "rate" in turn.choice else Outcome.GO_ON
    if turn.case is not None or not turn.text or turn.first.body.get("attachments"):
        return Outcome.GO_ON
    if number := _said(turn, ASKED):
        return await _typed(turn, number)
    if number := _said(turn, *THANKED.values()):
        return await _more(turn, number)
    return Outcome.GO_ON


def _tapped(turn: Turn, meaning: dict[str, object]) -> Outcome:
    turn.parts.append(_keep(int(str(meaning["case"])), str(meaning["rate"])))
    turn.cause = Cause("choice")
    return Outcome.REPLY


async def _typed(turn: Turn, number: int) -> Outcome:
    """A thumb, with or without words; "yes" or "no" and nothing else. A question behind a thumb is answered all the same."""
    thumb, words = _thumb_in(turn)
    if not thumb:
        return Outcome.GO_ON
    turn.cause = Cause("choice")
    if not _shows_a_thumb(turn) and await _answers_a_template(turn):
        return Outcome.SILENT  # "yes" to what was kept: it is on its way, and nothing else was asked
    if words and not await _is_remark(turn, words):
        turn.parts.append(_keep(number, thumb, thanked=False))
        return Outcome.GO_ON
    turn.parts.append(_keep(number, thumb, words))
    return Outcome.REPLY


async def _more(turn: Turn, number: int) -> Outcome:
    """The message after the thumb: a remark, or "yes" to the person who was offered."""
    thumb, words = _thumb_in(turn)
    if thumb == UP and not words and _said(turn, THANKED[DOWN]):
        turn.choice = {"label": "talk_to_human"}
        return Outcome.GO_ON
    if thumb or not await _is_remark(turn, turn.text):
        return Outcome.GO_ON
    turn.parts.append(_keep(number, words=turn.text))
    turn.cause = Cause("choice")
    return Outcome.REPLY


def _said(turn: Turn, *keys: str) -> int:
    """The case that the last bubble's text of one of these keys was about, or 0."""
    says = (turn.conversation.last_said or {}).get("says", ())
    return next((int(say["values"]["case"]) for say in says if say["key"] in keys), 0)


def _thumb_in(turn: Turn) -> tuple[str, str]:
    """The thumb that the words hold, or are, and the other words; both empty when there is none."""
    text, title = turn.text.translate(TINTS), turn.services.texts.title
    found = {thumb for sign, thumb in THUMBS.items() if sign in text}
    if len(found) == 1:
        return found.pop(), " ".join(text.translate(dict.fromkeys(map(ord, THUMBS))).split())
    for name, thumb in (("yes", UP), ("no", DOWN)):
        if folded(text) in {folded(title(name, language)) for language in ("es", "en")}:
            return thumb, ""
    return "", ""


def _shows_a_thumb(turn: Turn) -> bool:
    return any(sign in turn.text for sign in THUMBS)


async def _answers_a_template(turn: Turn) -> bool:
    """Whether the last thing that reached the patient asks whether to go on (bot/desk/held.py), not for a thumb."""
    earlier = select(func.max(Message.received_at)).where(
        Message.conversation_id == turn.conversation.id, Message.id < turn.first.id
    )
    asked = select(Send.id).where(
        Send.conversation_id == turn.conversation.id,
        Send.purpose == INVITATION.name,
        Send.state.not_in(("failed", "cancelled")),
        Send.created_at > earlier.scalar_subquery(),
    )
    async with turn.services.database.session() as session:
        return (await session.scalars(asked.limit(1))).one_or_none() is not None


async def _is_remark(turn: Turn, words: str) -> bool:
    """Whether the words tell rather than ask, as far as that is clear."""
    command = turn.services.texts.command(words)
    if "?" in words or is_third_language(words) or (command and command.name == "assistant"):
        return False
    try:
        found = await turn.services.rasa.parse(words)
    except RasaDown:
        return False
    likeliest = found.ranking[0][0] if found.ranking else ""
    return found.label in REMARKS and likeliest not in DANGERS


def _keep(number: int, thumb: str = "", words: str = "", *, thanked: bool = True) -> Effect:
    """Effect: it is part of the case. Thanked once, and not while a person is in charge."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        case = await locked(session, number)
        if case is None or case.conversation_id != turn.conversation.id:
            return ()
        given = thumb or case.rating
        fresh = await rating.rate(turn.services, session, case, given, words)
        if not thanked or (turn.case and turn.case.holder_id):
            return ()
        key = THANKED[given] if fresh else "handoff.rated.words" if words else ""
        return [Say(key, {"case": str(case.id)})] if key else ()

    return effect
