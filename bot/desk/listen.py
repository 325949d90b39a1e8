"""What a consultant types or taps: taking, closing, notes, lists, and words for a patient."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases, roster
from bot.desk.card import card_values, earlier_files
from bot.desk.claim import TAKEN, take_case, tell_patient
from bot.desk.relay import to_holder, to_patient
from bot.desk.roster import Colleague
from bot.dialogue.choices import choice_of
from bot.dialogue.say import Offer, Say, compose
from bot.outbox.draft import NOTICE
from bot.outbox.enqueue import enqueue
from bot.services import Services
from bot.store.tables import Case, Conversation, Message, Send

LISTED = 10  # cases in one bubble
MOST_CASES = 2**63  # a case number that the database can hold
COMMANDS = ("take", "close", "release", "note", "cases", "help")


async def listen(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> None:
    """Do what one bubble of a consultant asks, and answer her in her language."""
    me = (
        await roster.colleague(services, session, conversation.consultant_id)
        if conversation.consultant_id
        else None
    )
    if me is None:
        return
    await _reacted(session, me)
    order = await _order(services, session, conversation, message)
    desk = _Desk(services, session, conversation, message, me)
    for say in await desk.obey(*order):
        draft = await compose(services, session, conversation, [say], me.language)
        number = say.values.get("case", "")
        case_id = int(number) if number.isdecimal() and say.key != "desk.unknown_case" else None
        await enqueue(services, session, conversation, draft, NOTICE, case_id=case_id, answers_id=message.id)
    if desk.just_taken:
        for earlier in await earlier_files(session, desk.just_taken):
            await to_holder(services, session, desk.just_taken, me, earlier)


async def _reacted(session: AsyncSession, me: Colleague) -> None:
    """Any sign of life stops the page to everybody for what she holds."""
    for case in await cases.held_by(session, me.id):
        case.page_all_at = None


async def _order(
    services: Services, session: AsyncSession, conversation: Conversation, message: Message
) -> tuple[str, str, dict[str, Any]]:
    """(what to do, the rest of the words, the meaning of a tapped button)."""
    meaning = await choice_of(session, conversation, message)
    if meaning and "do" in meaning:
        return str(meaning["do"]), "", meaning
    command = services.texts.command(message.body.get("text", ""))
    if command and command.name in COMMANDS and not message.body.get("attachments"):
        # Typed, or the button of a template, which says no more than its title.
        return command.name, command.rest, {}
    if meaning is not None:
        return "help" if meaning else "unknown_button", "", {}  # START, or a button of long ago
    return "relay", "", {}


class _Refusal(Exception):
    """What she asked cannot be done; `say` tells her why."""

    def __init__(self, say: Say) -> None:
        super().__init__(say.key)
        self.say = say


class _Desk:
    """One bubble's worth of desk work. Every method returns what the consultant is told."""

    def __init__(
        self,
        services: Services,
        session: AsyncSession,
        conversation: Conversation,
        message: Message,
        me: Colleague,
    ) -> None:
        self.services = services
        self.session = session
        self.conversation = conversation
        self.message = message
        self.me = me
        self.just_taken: Case | None = None

    async def obey(self, order: str, rest: str, meaning: dict[str, Any]) -> list[Say]:
        try:
            if order in ("take", "close", "release"):
                return await self._on_a_case(order, rest, meaning)
            if order == "note":
                return await self._note(rest)
            if order == "cases":
                return await self._cases()
            if order == "relay":
                return await self._relay(meaning)
        except _Refusal as refusal:
            return [refusal.say]
        return [Say("desk.help" if order == "help" else "desk.unknown_command")]

    async def _on_a_case(self, order: str, rest: str, meaning: dict[str, Any]) -> list[Say]:
        case = await self._meant(order, rest, meaning)
        if isinstance(case, list):
            return case
        if order == "take":
            says = await take_case(self.services, self.session, self.conversation, self.me, case)
            self.just_taken = case if says[0].key == TAKEN else None
            return says
        return await self._give_up(order, case)

    async def _give_up(self, order: str, case: Case) -> list[Say]:
        if case.holder_id != self.me.id:
            return [Say("desk.not_yours", {"case": str(case.id)})]
        if order == "close":
            await cases.close(self.services, self.session, case, self.me.id)
            await tell_patient(
                self.services, self.session, case, Say("handoff.closed", {"case": str(case.id)})
            )
            return [Say("desk.closed", {"case": str(case.id)})]
        await cases.release(self.services, self.session, case, "consultant")
        case.notify_at = self.services.clock()
        await tell_patient(self.services, self.session, case, Say("handoff.released", {"case": str(case.id)}))
        return [Say("desk.released", {"case": str(case.id)})]

    async def _meant(self, order: str, rest: str, meaning: dict[str, Any]) -> Case | list[Say]:
        """The case an order is about: named, tapped or quoted, else the only one that fits, else she is asked."""
        number = meaning.get("case") or (int(rest) if rest.isdecimal() else 0)
        case = await self._open(int(number)) if number else await self._quoted()
        if case is not None:
            return case
        fitting = await (
            cases.waiting(self.session) if order == "take" else cases.held_by(self.session, self.me.id)
        )
        if len(fitting) == 1:
            return await self._open(fitting[0].id)
        return self._which(order, fitting)

    def _which(self, order: str, fitting: Sequence[Case], **more: Any) -> list[Say]:
        if not fitting:
            return [Say("desk.nothing_waiting" if order == "take" else "desk.no_case")]
        offers = [self._offer(order, case, **more) for case in fitting[:LISTED]]
        return [Say("desk.which_case", options=offers, asks=True)]

    def _offer(self, order: str, case: Case, **more: Any) -> Offer:
        title = f"#{case.id} {self.services.labels.title(case.topic, self.me.language)}"[:20]
        return Offer(order, {"do": order, "case": case.id, **more}, title)

    async def _open(self, number: int) -> Case:
        """The open case of that number. What is meant for a closed one must never go to another patient: refused."""
        case = await cases.locked(self.session, number) if number < MOST_CASES else None
        if case is None:
            raise _Refusal(Say("desk.unknown_case", {"case": str(number)}))
        if case.closed_at:
            raise _Refusal(Say("desk.already_closed", {"case": str(number)}))
        return case

    async def _quoted(self) -> Case | None:
        """The case of the bubble that this message quotes: one of ours to her, or one of her own to a patient."""
        quoted = self.message.body.get("quoted", "")
        if not quoted:
            return None
        own = select(Message.id).where(
            Message.conversation_id == self.conversation.id, Message.reference == quoted
        )
        ours = (Send.conversation_id == self.conversation.id) & (Send.provider_id == quoted)
        query = select(Send.case_id).where(Send.case_id.is_not(None), ours | Send.answers_id.in_(own))
        number = (await self.session.scalars(query.limit(1))).one_or_none()
        return await self._open(number) if number else None

    async def _note(self, words: str) -> list[Say]:
        if not words.strip():
            return [Say("desk.note_empty")]
        case = await self._quoted()
        mine = await cases.held_by(self.session, self.me.id)
        case = case or (mine[0] if len(mine) == 1 else None)
        if case is None:
            return [Say("desk.note_which")] if mine else [Say("desk.no_case")]
        await cases.append(self.services, self.session, case, "note", self.me.id, text=words)
        return [Say("desk.note_saved", {"case": str(case.id)})]

    async def _cases(self) -> list[Say]:
        mine = await cases.held_by(self.session, self.me.id)
        free = await cases.waiting(self.session)
        if not mine and not free:
            return [Say("desk.cases.none")]
        lines = [await self._line("held", case) for case in mine] + [
            await self._line("waiting", case) for case in free
        ]
        offers = [self._offer("take", case) for case in free[:LISTED]]
        return [Say("desk.cases", {"cases": "\n".join(lines[: 2 * LISTED])}, options=offers)]

    async def _line(self, state: str, case: Case) -> str:
        conversation = await self.session.get_one(Conversation, case.conversation_id)
        values = card_values(self.services, case, conversation, self.me.language)
        key = f"desk.cases.{state}"
        return self.services.texts.render(
            key, self.me.language, values, self.services.office, self.services.real
        ).text

    async def _relay(self, meaning: dict[str, Any]) -> list[Say]:
        """Words for a patient: of the case quoted, else the only one she holds, else she is asked which."""
        message = await self.session.get_one(Message, meaning["message"]) if meaning else self.message
        case = await self._open(meaning["case"]) if meaning else await self._quoted()
        mine = await cases.held_by(self.session, self.me.id)
        if case is None and len(mine) == 1:
            case = await self._open(mine[0].id)
        if case is None:
            return self._which("relay", mine, message=message.id)
        if case.holder_id != self.me.id:
            return [Say("desk.take_first", {"case": str(case.id)}, options=[self._offer("take", case)])]
        self.conversation.awaiting = False  # a number from here on is a number, not a choice
        await to_patient(self.services, self.session, case, self.me, message)
        return []
