"""A turn: what is waiting in one conversation, taken through the stages, answered once.

Reading, deciding and committing are three steps: the decision may take seconds (Rasa), so no row stays locked meanwhile;
an advisory lock keeps a second worker out. What the stages decide is carried out in one transaction at the end.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import live
from bot.conversation.never_asked import beside
from bot.desk import switches
from bot.desk.alarms import raise_alarm
from bot.desk.cases import append, case_with, open_case
from bot.desk.notify import call_button, notify, outcome_values
from bot.desk.reopening import last_closed, reopen, to_reopen
from bot.dialogue.choices import choice_of
from bot.dialogue.noticed import with_notice
from bot.dialogue.say import Say, compose
from bot.entities.unfinished import is_unfinished
from bot.family import contacts
from bot.journeys.drafts import open_draft
from bot.observability import metrics
from bot.outbox.draft import ENCLOSURE, OPT_OUT, REPLY, Draft, DraftFile
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.services import Services
from bot.store.tables import Case, Conversation, IntakeDraft, Message
from bot.texts import Command
from bot.voice.recordings import to_play, with_voice

log = structlog.get_logger()

INTRODUCES = ("answer.greet", "answer.help", "answer.bot_challenge", "opt_out.done")
GIVE_UP_AFTER = 3  # attempts at a turn; the next one goes to a person without Rasa


class Outcome(Enum):
    GO_ON = auto()
    REPLY = auto()  # and stop
    SILENT = auto()  # stop, nothing to say


@dataclass(frozen=True, slots=True)
class Later:
    """Not yet: look again after so many seconds. The messages stay unanswered; no job and no lock is held meanwhile."""

    seconds: float
    failed: bool = True  # whether it counts as an attempt


class Overtaken(Exception):
    """What the turn was decided on has changed before the commit: it is taken anew."""


type Effect = Callable[["Turn", AsyncSession], Awaitable[Sequence[Say]]]
type Stage = Callable[["Turn"], Awaitable[Outcome | Later]]


@dataclass(slots=True)
class Turn:
    """One turn's view of its conversation. `parts` is what to say and do, in order; an effect is worded after it happened.

    `cause` is what decided that, named by the stage that did; it is stored with the reply. `afterwards`: what follows it.
    """

    services: Services
    conversation: Conversation
    waiting: list[Message]  # everything unanswered, oldest first
    messages: list[Message]  # what this turn answers
    case: Case | None
    choice: dict[str, Any] | None
    now: datetime
    parts: list[Say | Effect] = field(default_factory=list)
    cause: Cause | None = None
    command: Command | None = None  # that its first bubble is
    last_case: Case | None = None  # the one closed last
    assistant_off: bool = False  # turned off by the head of office
    afterwards: list[Effect] = field(default_factory=list)
    draft: IntakeDraft | None = None  # the request that is being told step by step, or was left half-way

    @property
    def first(self) -> Message:
        return self.messages[0]

    @property
    def text(self) -> str:
        """The words of all the turn's bubbles, as one thought."""
        return " ".join(text for message in self.messages if (text := message.body.get("text", "").strip()))

    def only_begun(self, text: str) -> bool:
        """Whether a text is the beginning of a thought and no more: "mi mamá está"."""
        return is_unfinished(text, self.services.entities.find(text))

    @property
    def language(self) -> str:
        return self.conversation.language or "es"

    @property
    def quiet(self) -> bool:
        """After a safety answer or a death: no menus, no "did you mean", until a person closes the case."""
        return self.grief or self.conversation.quiet_since is not None

    @property
    def grief(self) -> bool:
        """Somebody has died; perhaps a relative told it."""
        return self.case is not None and self.case.reason == "death"

    def quiet_word(self) -> Say:
        """What is said in a quiet time instead of what was asked for."""
        return Say("quiet.grief" if self.grief else "quiet.here", options=())

    @property
    def asked_before(self) -> bool:
        return self.first.attempts > 1


async def answer(services: Services, stages: Sequence[Stage], conversation_id: UUID) -> None:
    """Answer everything that waits in the conversation, one turn after the other."""
    async with services.database.only_one(f"answer:{conversation_id}"):
        while await _take_turn(services, stages, conversation_id):
            pass


async def _take_turn(services: Services, stages: Sequence[Stage], conversation_id: UUID) -> bool:
    """Returns whether there may be more to answer now."""
    with metrics.TURN_SECONDS.time():
        turn = await _read(services, conversation_id)
        if turn is None:
            return False
        try:
            outcome = await _decide(turn, stages)
            if isinstance(outcome, Later):
                await _sleep(turn, outcome)
                return False
            await _commit(turn)
        except Overtaken:
            return True
        except Exception:
            log.error("turn failed", message=turn.first.id, attempt=turn.first.attempts, exc_info=True)
            await _after_failure(turn)
            return False
    metrics.TURNS.labels(outcome=outcome.name.lower()).inc()
    return True


async def _read(services: Services, conversation_id: UUID) -> Turn | None:
    """What waits, with the attempt counted: committed before anything is tried, so that a crash counts too."""
    async with services.database.session() as session:
        conversation = await session.get(Conversation, conversation_id, with_for_update={"key_share": True})
        if conversation is None:  # erased, everything of it
            return None
        if conversation.wake_at and conversation.wake_at > services.clock():
            return None
        query = select(Message).where(
            Message.conversation_id == conversation_id, Message.answered_at.is_(None)
        )
        waiting = list(await session.scalars(query.order_by(Message.id)))
        if not waiting:
            return None
        waiting[0].attempts += 1
        conversation.wake_at = None
        choice = await choice_of(services.texts, session, conversation, waiting[0])
        case = await case_with(session, conversation_id)
        closed = await last_closed(session, conversation_id)
        draft = await open_draft(session, conversation_id)
        off = await switches.is_set(services, session, switches.ASSISTANT_OFF)
        await live.refresh(services, session)
    turn = Turn(services, conversation, waiting, waiting[:1], case, choice, services.clock())
    turn.last_case, turn.assistant_off, turn.draft = closed, off, draft
    turn.command = services.texts.command(turn.first.body.get("text", ""))
    return turn


async def _decide(turn: Turn, stages: Sequence[Stage]) -> Outcome | Later:
    if turn.first.attempts > GIVE_UP_AFTER:
        turn.parts, turn.cause = [Say("fallback.engine_down", options=()), hand_over], Cause("engine_down")
        return Outcome.REPLY
    for stage in stages:
        outcome = await stage(turn)
        if outcome is not Outcome.GO_ON:
            return outcome
    return Outcome.REPLY


async def hand_over(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    """Effect: what could not be answered goes to a person, and the operator hears of it."""
    await raise_alarm(turn.services, session, "turn_failed", f"message {turn.first.id}")
    return await open_a_case(turn, session, reason="engine_down", topic="talk_to_human", urgency="normal")


async def open_a_case(
    turn: Turn, session: AsyncSession, *, reason: str, topic: str, urgency: str
) -> Sequence[Say]:
    """Effect: the case and its cards. What is said at once is what is already certain."""
    services, conversation = turn.services, turn.conversation
    if await case_with(session, conversation.id) is None:
        former = await to_reopen(services, session, conversation.id, reason=reason, topic=topic)
        if former is not None:
            return await reopen_a_case(turn, session, former, reason=reason, topic=topic, urgency=urgency)
    case, new = await open_case(services, session, conversation, reason=reason, topic=topic, urgency=urgency)
    theirs = not new and await contacts.relative(session, case, conversation.id)
    already = "family.asked" if theirs else "handoff.already_open"
    key = await notify(services, session, case) if new else already
    options = () if theirs else call_button(conversation, case)
    return (
        [Say(key, await outcome_values(services, session, case, turn.language), options=options)]
        if key
        else []
    )


async def reopen_a_case(
    turn: Turn, session: AsyncSession, case: Case, *, reason: str, topic: str, urgency: str = "normal"
) -> Sequence[Say]:
    """Effect: a case closed a short while ago goes on, and consultants hear of it as of a new one."""
    services = turn.services
    case.language = turn.conversation.language or case.language
    case.conversation_id = turn.conversation.id  # of its chats, if there are several
    await reopen(services, session, case, reason=reason, topic=topic, urgency=urgency)
    key = await notify(services, session, case)
    values = await outcome_values(services, session, case, turn.language)
    return [Say(said, values, options=()) for said in ("handoff.reopened", key) if said]


async def _sleep(turn: Turn, later: Later) -> None:
    async with turn.services.database.session() as session:
        conversation = await session.get_one(
            Conversation, turn.first.conversation_id, with_for_update={"key_share": True}
        )
        conversation.wake_at = turn.now + timedelta(seconds=later.seconds)
        if not later.failed:
            (await session.get_one(Message, turn.first.id)).attempts -= 1


async def _commit(turn: Turn) -> None:
    """Effects, replies, the job that sends them and the mark "answered": together or not at all."""
    services = turn.services
    async with services.database.session() as session:
        turn.conversation = await session.get_one(
            Conversation, turn.conversation.id, with_for_update={"key_share": True}
        )
        says: list[Say] = []
        for part in turn.parts:
            says.extend([part] if isinstance(part, Say) else await part(turn, session))
        says = await beside(services, session, turn.conversation, turn.messages, says)
        if says:
            says = with_notice(services, turn.conversation, _introduced(turn, says))
            await _reply(turn, session, says)
        for further in turn.afterwards:
            await further(turn, session)
        await _keep_in_case(turn, session)
        await _mark_answered(turn, session, [say.key for say in says])


async def _reply(turn: Turn, session: AsyncSession, says: list[Say]) -> None:
    """The bubble, and its recording for who writes by voice."""
    services, conversation = turn.services, turn.conversation
    draft = await compose(services, session, conversation, says, turn.language, menus=not turn.quiet)
    recording = await to_play(services, session, conversation, says, turn.language)
    if recording:
        draft = with_voice(services, draft, turn.language)
    purpose = OPT_OUT if conversation.opted_out_at else REPLY
    keys = [say.key for say in says]
    because = why(services, turn.cause, keys, turn.language, recording) if turn.cause else None
    await enqueue(services, session, conversation, draft, purpose, answers_id=turn.first.id, why=because)
    if recording:
        aloud = Draft(file=DraftFile(recording=recording.id))
        await enqueue(services, session, conversation, aloud, ENCLOSURE, answers_id=turn.first.id)


async def _keep_in_case(turn: Turn, session: AsyncSession) -> None:
    """While a case waits, what the patient writes is part of it, though the assistant answers. (`relay` keeps what a
    holder is sent.)"""
    case = await case_with(session, turn.conversation.id)
    if case is not None and case.holder_id is None and turn.conversation.role == "patient":
        for message in turn.messages:
            await append(turn.services, session, case, "message", message=message.id)


def _introduced(turn: Turn, says: list[Say]) -> list[Say]:
    """The first words to a new contact say that this is an assistant, and 911; a greeting says so itself."""
    new = turn.conversation.last_said is None and turn.conversation.role == "patient"
    if not new or turn.quiet or any(say.key in INTRODUCES for say in says):
        return says
    return [Say("introduction", options=()), *says]


async def _mark_answered(turn: Turn, session: AsyncSession, keys: list[str]) -> None:
    answered = [message.id for message in turn.messages]
    statement = update(Message).where(Message.id.in_(answered)).values(answered_at=turn.now)
    await session.execute(statement.values(said=keys) if keys else statement)


async def _after_failure(turn: Turn) -> None:
    """Look again in a moment. When even the hand-over fails, the message steps aside so that the next one is answered."""
    if turn.first.attempts <= GIVE_UP_AFTER + 1:
        await _sleep(turn, Later(1.0))
        return
    async with turn.services.database.session() as session:
        await raise_alarm(turn.services, session, "message_stuck", f"message {turn.first.id}")
        await _mark_answered(turn, session, ["system.stuck"])
        await turn.services.jobs.answer(session, turn.first.conversation_id)
