"""A request told step by step: what Rasa's form asks for is kept, asked and sent here, in the turn's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import slips
from bot.conversation.turn import Effect, Turn, open_a_case
from bot.desk.card import refresh
from bot.desk.cases import open_case_of
from bot.dialogue.say import Say
from bot.family.first_sender import from_request
from bot.journeys import drafts, words
from bot.journeys.steps import SLIP, SUMMARY, Answer, journeys
from bot.privacy import consent
from bot.records.checklist import checklist
from bot.records.told import checklist_lines
from bot.store.tables import IntakeDraft, Message

type Payload = Mapping[str, Any]


def in_metadata(turn: Turn) -> dict[str, Any] | None:
    """What the actions may know of the draft: where it is, never what was told. In danger and grief there is none."""
    draft = turn.draft
    if draft is None or turn.quiet:
        return None
    return {
        "id": draft.id,
        "journey": draft.journey,
        "step": draft.step,
        "answered": sorted(draft.answers),
        "in_play": drafts.in_play(draft, turn.now),
        "left": draft.left,
    }


def telling(turn: Turn) -> bool:
    """Whether what is written now is told in one's own words: the story, a diagnosis."""
    draft = turn.draft
    if draft is None or turn.quiet or not drafts.in_play(draft, turn.now) or draft.step == SUMMARY:
        return False
    return journeys().steps[draft.step].kind == "words"


def keep_draft(payload: Payload) -> Effect:
    """Answers are kept, and the step moves on: to `goto`, else to the first without an answer. With `journey` it begins."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        draft = await drafts.open_draft(session, turn.conversation.id)
        answers = await _resolved(session, payload.get("answers") or {})
        if payload.get("journey"):
            draft = await drafts.begin(turn.services, session, turn.conversation, payload["journey"], answers)
        elif draft is None:
            return ()
        draft.answers = _joined(draft.answers, answers)
        drafts.touch(turn.services, draft)
        given = await consent.given(session, turn.conversation.id)
        draft.step = payload.get("goto") or journeys().next_step(
            draft.journey, draft.answers, consented=given
        )
        return ()

    return effect


async def _resolved(session: AsyncSession, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """An answer that names an earlier message ("it was my answer") is that message's words."""
    return {step: await _words_of(session, answer) for step, answer in answers.items()}


async def _words_of(session: AsyncSession, answer: Answer) -> Answer:
    if "message" not in answer:
        return answer
    message = await session.get(Message, answer["message"])
    return {"words": message.body.get("text", "") if message else ""}


def _joined(before: Mapping[str, Answer], new: Mapping[str, Answer]) -> dict[str, Answer]:
    """The new answers beside the old; one that is `added` stands below what was told at its step."""
    joined = dict(before)
    for step, answer in new.items():
        former = str(joined.get(step, {}).get("words", "")) if answer.get("added") else ""
        added = {"words": f"{former}\n{answer['words']}"} if former else answer
        joined[step] = {name: value for name, value in added.items() if name != "added"}
    if joined.get("who", {}).get("value") != "relative":
        joined.pop("relation", None)
    return joined


def ask_step(payload: Payload) -> Effect:
    """The question of the step; `mine`: the message that was taken for something else than its answer; `if_now`: what was
    told may be happening now."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        draft = await drafts.open_draft(session, turn.conversation.id)
        if draft is None:
            return [Say("fallback.old_button")]
        if turn.quiet or draft.left:
            return ()
        if payload.get("what") == "change":
            return [words.to_change(turn.services, draft, turn.language)]
        asked = words.question(turn.services, draft, turn.conversation)
        if payload.get("mine") and asked.options is not None:
            mine = words.offer(draft, "intake_mine", do="mine", step=draft.step, message=payload["mine"])
            return [Say("intake.back"), _with(asked, mine)]
        if payload.get("if_now") and asked.options is not None:
            return [Say("intake.if_now"), _with(asked, "emergency")]
        return [Say("intake.back"), asked] if payload.get("back") else [asked]

    return effect


def _with(asked: Say, mine: Any) -> Say:
    return Say(asked.key, asked.values, [mine, *(asked.options or ())], asked.asks)


def offer_resume(payload: Payload) -> Effect:
    """They begin what they had begun before: go on, or anew."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        draft = await drafts.open_draft(session, turn.conversation.id)
        return [resuming(turn, draft)] if draft else [Say("fallback.old_button")]

    return effect


def resuming(turn: Turn, draft: IntakeDraft) -> Say:
    draft.offered_at = turn.now
    values = {"topic": _topic(turn, draft)}
    key = "intake.resume"
    if draft.case_id:
        values, key = {**values, "case": str(draft.case_id)}, "intake.resume.case"
    offers = [words.offer(draft, f"intake_{do}", do=do) for do in ("resume", "restart")]
    return Say(key, values, options=[*offers, "talk_to_human"])


async def offer_what_was_left(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect, behind whatever the message was answered: a request left half-way may go on. Once each time they come back."""
    draft = await drafts.open_draft(session, turn.conversation.id)
    if draft is None or turn.quiet or not drafts.to_offer(draft, turn.now):
        return ()
    return [resuming(turn, draft)]


async def not_sent(turn: Turn, session: AsyncSession) -> list[Say]:
    """To who asks how it stands before the request was sent; empty when none was begun."""
    draft = await drafts.open_draft(session, turn.conversation.id)
    if draft is None or not journeys().journeys[draft.journey].reason:
        return []
    return [Say("intake.not_sent", {"topic": _topic(turn, draft)}, options=())]


def _topic(turn: Turn, draft: IntakeDraft) -> str:
    """What is asked for, in words."""
    return turn.services.labels.title(journeys().journeys[draft.journey].topic, turn.language).lower()


def leave_draft(payload: Payload) -> Effect:
    """It is not asked on: cancelled, a person instead, no consent."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        draft = await drafts.open_draft(session, turn.conversation.id)
        if draft is not None:
            drafts.leave(turn.services, draft, payload["why"])
            if payload["why"] == drafts.PERSON:
                await _attach(turn, session, draft)
        return [Say(key) for key in (payload.get("say") or {}).values()]

    return effect


def send_draft(payload: Payload) -> Effect:
    """They read the summary and sent it: a case for the right consultant, with its number and what happens next."""

    async def effect(turn: Turn, session: AsyncSession) -> Sequence[Say]:
        draft = await drafts.open_draft(session, turn.conversation.id)
        if draft is None or draft.step != SUMMARY:
            return [Say("fallback.old_button")]
        if draft.journey == SLIP:
            return await slips.made(turn, session, draft)
        journey = journeys().journeys[draft.journey]
        draft.confirmed_at, draft.due_at = turn.now, None
        urgency = turn.services.labels.urgency(journey.topic)
        await session.flush()  # the card is written from it
        says = await open_a_case(turn, session, reason=journey.reason, topic=journey.topic, urgency=urgency)
        draft.closed_at = turn.now
        number = await _attach(turn, session, draft)
        records = await _records_wanted(turn, session)
        return _with_slip([Say("intake.sent", {"case": str(number)}, options=()), *says, *records], draft)

    return effect


def _with_slip(says: list[Say], draft: IntakeDraft) -> list[Say]:
    """A colleague may have patients for us: the button stands beside those of what was said last."""
    colleague = draft.journey == "collaborate" or draft.answers.get("who", {}).get("value") == "physician"
    if not colleague:
        return says
    options = next((say.options for say in reversed(says) if say.options), ())
    return [*says, Say("slip.offer", options=[slips.offered(draft), *options])]


async def _records_wanted(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """The checklist of the specialty, ticked where something has come; nothing where a consultant has to say."""
    case = await open_case_of(session, turn.conversation.id)
    if case is None or case.topic == "collaborate":
        return []
    items = await checklist(turn.services, session, turn.conversation.id, case.specialty)
    lines = checklist_lines(turn.services, items, turn.language)
    return (
        [Say("intake.records", {"lines": lines}, options=["send_records", "talk_to_human"])] if items else []
    )


async def _attach(turn: Turn, session: AsyncSession, draft: IntakeDraft) -> int:
    """What was told belongs to the open case of this chat, whose cards say so; that case's number."""
    case = await open_case_of(session, turn.conversation.id)
    if case is None:
        return 0
    draft.case_id = case.id
    await from_request(turn.services, session, case, draft)
    await session.flush()
    await refresh(turn.services, session, case)
    return case.id
