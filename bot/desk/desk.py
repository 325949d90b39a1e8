"""One bubble of a consultant, and what every order needs to know of it: which case is meant, and how she is asked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import cases
from bot.desk.roster import Colleague
from bot.dialogue.say import Offer, Say
from bot.family.contacts import plain_name
from bot.services import Services
from bot.store.tables import Case, Conversation, Message, Send, Topic

LISTED = 10  # cases in one bubble
LONGEST_TITLE = 20  # characters of a button (WhatsApp)
MOST_CASES = 2**63  # a case number that the database can hold


@dataclass(frozen=True, slots=True)
class Order:
    """What she wants done. `rest`: what followed the command; `meaning`: of the button that she tapped."""

    name: str
    rest: str = ""
    meaning: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The case that the order itself names, or 0."""
        return int(self.meaning.get("case") or (self.rest if self.rest.isdecimal() else 0))


class Refusal(Exception):
    """What she asked cannot be done; `say` tells her why."""

    def __init__(self, say: Say) -> None:
        super().__init__(say.key)
        self.say = say


@dataclass(slots=True)
class Desk:
    """One bubble's worth of desk work. `afterwards`: what is done once she has been answered.

    `message` is what her order is about: the bubble itself, or the one that a tapped button keeps. `names`: of the patients
    whose cases she holds, by case number, once `held` was asked.
    """

    services: Services
    session: AsyncSession
    conversation: Conversation
    message: Message
    me: Colleague
    afterwards: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    async def open_case(self, number: int) -> Case:
        """The open case of that number. What is meant for a closed one must never go to another patient: refused."""
        case = await cases.locked(self.session, number) if number < MOST_CASES else None
        if case is None:
            raise Refusal(Say("desk.unknown_case", {"case": str(number)}))
        if case.closed_at:
            raise Refusal(Say("desk.already_closed", {"case": str(number)}))
        return case

    async def my_case(self, number: int) -> Case:
        """The same, refused unless she holds it."""
        case = await self.open_case(number)
        if case.holder_id != self.me.id:
            raise Refusal(Say("desk.not_yours", {"case": str(number)}))
        return case

    async def held(self) -> Sequence[Case]:
        mine = await cases.held_by(self.session, self.me.id)
        query = select(Case.id, Conversation).join(Conversation, Conversation.id == Case.conversation_id)
        found = await self.session.execute(query.where(Case.id.in_([case.id for case in mine])))
        self.names = {number: plain_name(patient) for number, patient in found.all()}
        return mine

    async def quoted(self) -> Case | None:
        """The open case of the bubble that this message quotes."""
        number = await self.quoted_number()
        return await self.open_case(number) if number else None

    async def quoted_number(self) -> int:
        """The case of the bubble that this message quotes (one of ours to her, or one of her own to a patient), else of the
        topic in which it stands; of a case that was merged, the one in which it goes on. Or 0."""
        number = await self.of_quote() or await self._of_topic()
        return await cases.continued_in(self.session, number) if number else 0

    async def of_quote(self) -> int:
        """The case of the bubble that this message quotes, or 0."""
        quoted = self.message.body.get("quoted", "")
        if not quoted:
            return 0
        own = select(Message.id).where(
            Message.conversation_id == self.conversation.id, Message.reference == quoted
        )
        ours = (Send.conversation_id == self.conversation.id) & (Send.provider_id == quoted)
        query = select(Send.case_id).where(Send.case_id.is_not(None), ours | Send.answers_id.in_(own))
        return (await self.session.scalars(query.order_by(Send.id.desc()).limit(1))).one_or_none() or 0

    async def _of_topic(self) -> int:
        thread = self.message.body.get("thread", "")
        if not thread:
            return 0
        query = select(Topic.case_id).where(
            Topic.conversation_id == self.conversation.id, Topic.thread == thread
        )
        return (await self.session.scalars(query.limit(1))).one_or_none() or 0

    async def meant(self, order: Order, fitting: Sequence[Case]) -> Case | list[Say]:
        """The case an order is about: named, tapped or quoted, else the only one that fits, else she is asked."""
        case = await self.open_case(order.number) if order.number else await self.quoted()
        if case is not None:
            return case
        sure = (
            order.meaning.get("case") != 0
        )  # a button that could not tell whose case: what she holds by now does not
        if sure and len(fitting) == 1:
            return await self.open_case(fitting[0].id)
        return self.which(order.name, fitting)

    def which(self, order: str, fitting: Sequence[Case], **more: Any) -> list[Say]:
        """Ask which of the cases is meant; a tap repeats the order with the case, and with `more`."""
        if not fitting:
            return [Say("desk.nothing_waiting" if order == "take" else "desk.no_case")]
        offers = [self.offer(order, case, **more) for case in fitting[:LISTED]]
        return [Say("desk.which_case", options=offers, asks=True)]

    def offer(self, order: str, case: Case, **more: Any) -> Offer:
        """A button that is titled by the case: by its patient when she holds it, else by its topic."""
        about = self.names.get(case.id) or self.services.labels.title(case.topic, self.me.language)
        return Offer(order, {"do": order, "case": case.id, **more}, shortened(f"#{case.id} {about}"))

    def text(self, key: str, **values: str) -> str:
        """A text of data/texts in her language, as part of another."""
        services = self.services
        return services.texts.render(key, self.me.language, values, services.office, services.real).text


def shortened(title: str, longest: int = LONGEST_TITLE) -> str:
    """A title that fits a button, cut between words and marked as cut."""
    title = " ".join(title.split())
    if len(title) <= longest:
        return title
    head = title[:longest].rpartition(" ")[0]
    return f"{head if len(head) > longest // 2 else title[: longest - 1]}…"


type Handler = Callable[[Desk, Order], Awaitable[Sequence[Say] | None]]
"""Carries out an order and returns what she is told; None when it was no order after all but words for a patient."""
