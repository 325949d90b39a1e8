"""Rasa's turn: ask, and translate what it answers into things to say and effects to carry out."""

from dataclasses import replace
from typing import Any

from bot.appointments.booking import coming
from bot.conversation.effects import EFFECTS
from bot.conversation.family import ask_again
from bot.conversation.intake import in_metadata, offer_what_was_left
from bot.conversation.status import LABEL, is_command
from bot.conversation.turn import Later, Outcome, Turn
from bot.dialogue.rasa import Answer, RasaDown, plain
from bot.dialogue.say import Say
from bot.outbox.why import By, Cause
from bot.privacy import consent
from bot.privacy.masking import the_rules

RETRY_SECONDS = 5.0
ASKING = ("affirm", "deny", "consent")
OF_A_PERSON = ("open_case", "safety", "opt_out", "leave_draft")  # effects after which nothing else is offered
RESUMED = "/after_consent"  # what was wanted before consent was asked is a turn of its own in the tracker


async def understand(turn: Turn) -> Outcome | Later:
    meaning = turn.choice
    if meaning is not None and "label" not in meaning:  # of nobody's, or of a stage that has let it pass
        turn.cause = Cause("choice")
        turn.parts.append(Say("fallback.old_button"))
        return Outcome.REPLY
    words = _words(turn)
    turn.cause = Cause("no_words")
    if not words:
        turn.parts.append(Say("fallback.empty"))
        return Outcome.REPLY
    if not meaning and not turn.conversation.awaiting and the_rules().says_nothing_else(words):
        turn.parts.append(Say("private.nothing_else"))
        return Outcome.REPLY
    if not meaning and not turn.conversation.awaiting and not any(sign.isalnum() for sign in words):
        turn.parts.append(Say("fallback.signs"))  # "😭" says nothing that may be guessed at
        return Outcome.REPLY
    if not meaning and not turn.conversation.awaiting and turn.only_begun(words):
        turn.parts.append(turn.quiet_word() if turn.grief else Say("fallback.go_on", options=()))
        return Outcome.REPLY
    try:
        answer = await _ask(turn, words, await metadata(turn))
    except RasaDown:
        return Later(RETRY_SECONDS)
    turn.cause = _cause(answer, tapped=meaning is not None)
    for payload in answer.payloads:
        turn.parts.append(_part(payload))
    if not any(payload.get("effect") in OF_A_PERSON for payload in answer.payloads):
        turn.parts.append(offer_what_was_left)
    if not any("effect" in payload for payload in answer.payloads):
        turn.parts.append(ask_again)
    return Outcome.REPLY


def _words(turn: Turn) -> str:
    """What Rasa is asked: a button or a command as its label, in the middle of whatever it is doing; else the words."""
    if turn.choice:
        return f"/{turn.choice['label']}"
    return f"/{LABEL}" if is_command(turn) else plain(turn.text)


async def _ask(turn: Turn, words: str, told: dict[str, Any]) -> Answer:
    """Rasa's answer; when that is a yes to consent, also the answer to what was wanted before it was asked. Raises RasaDown."""
    rasa, who = turn.services.rasa, turn.conversation.id
    answer = await rasa.answer(who, words, told, asked_before=turn.asked_before)
    wanted = next(
        (p["then"] for p in answer.payloads if p.get("effect") == "give_consent" and p.get("then")), ""
    )
    if not wanted:
        return answer
    told = {**told, "consented": True, "message_id": f"{told['message_id']}{RESUMED}"}
    resumed = await rasa.answer(who, wanted, told, asked_before=turn.asked_before)
    return replace(answer, payloads=[*answer.payloads, *resumed.payloads])


def _cause(answer: Answer, *, tapped: bool) -> Cause:
    told = answer.understood
    by: By = "choice" if tapped else "unsure" if told.get("unsure") else "label"
    return Cause(by, label=told.get("label", ""), confidence=told.get("confidence"), model=answer.model)


async def metadata(turn: Turn) -> dict[str, Any]:
    """What the actions may know: nothing that names a person."""
    office = turn.services.office
    async with turn.services.database.session() as session:
        consented = await consent.given(session, turn.conversation.id)
        visits = await coming(session, turn.conversation.id)
    return {
        "message_id": str(turn.first.id),
        "language": turn.language,
        "now": office.local(turn.now).isoformat(),
        "time_zone": office.time_zone.key,
        "case": "open" if turn.case else None,
        "last_topic": turn.last_case.topic if turn.last_case else None,
        "consented": consented,
        "calendars": bool(office.calendars(turn.services.real)),
        "visits": len(visits),
        "asked": _asked(turn),
        "choice": turn.choice,
        "draft": in_metadata(turn),
        "quiet": turn.quiet,
        "grief": turn.grief,
    }


def _asked(turn: Turn) -> str:
    """The key of the text that was said last, when it asked something; else ""."""
    says = (turn.conversation.last_said or {}).get("says") or [{"key": ""}]
    return str(says[-1]["key"]) if turn.conversation.awaiting else ""


def _part(payload: dict[str, Any]) -> Any:
    if "effect" in payload:
        return EFFECTS[payload["effect"]](payload)
    return say_of(payload)


def say_of(payload: dict[str, Any]) -> Say:
    """What an action says, of its payload."""
    options = payload.get("options")
    asks = payload["say"].startswith("fallback.") or any(option in ASKING for option in options or ())
    return Say(payload["say"], payload.get("values") or {}, options, asks)
