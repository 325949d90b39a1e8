"""7 · Hand the bubbles of one lane to the provider, in order, and carry out what follows from the outcome."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import errors
from bot.channels.base import Bubble, ChannelName, File, Option, Receipt, Template
from bot.observability.metrics import SENDS
from bot.outbox import threads
from bot.outbox.decide import Fail, Hold, Redirect, Retry, UseTemplate, decide
from bot.outbox.draft import ACKNOWLEDGEMENT, OPT_OUT, RELAY, SAFETY, Draft, DraftTemplate
from bot.outbox.files import described, made_file, outgoing_file
from bot.outbox.pace import joins, ready
from bot.safety import Kind
from bot.services import Services
from bot.store.contacts import relocate
from bot.store.tables import Case, Conversation, Send

log = structlog.get_logger()

FAULTS_FORGIVEN = 3
LOOK_AROUND = timedelta(hours=1)
WINDOW = timedelta(hours=24)  # WhatsApp: free text only within 24 h of the person's last message (63016)
ARRIVED = ("accepted", "sent", "delivered", "read")  # states of a send that its provider has taken
UNDECIDED = ("sending", "accepted", "sent")  # states of a send that a provider may still report as failed
OUR_WORD = "window"  # the code of a refusal that no provider has seen
SAID_AFTER_OPT_OUT = (OPT_OUT.name, SAFETY.name, ACKNOWLEDGEMENT.name)
DANGERS = (Kind.EMERGENCY.value, Kind.CRISIS.value)

type Consequences = Callable[[Services, AsyncSession, Send, errors.SendError | None], Awaitable[None]]
type Alarm = Callable[[Services, AsyncSession, str, str], Awaitable[None]]


class Outbox:
    """Delivers lanes. `consequences` is told, in the same transaction, how each send ended; `alarm` reaches the operator."""

    def __init__(self, services: Services, consequences: Consequences, alarm: Alarm) -> None:
        self.services = services
        self.consequences = consequences
        self.alarm = alarm

    async def deliver(self, lane: str) -> None:
        """Send what is due in the lane, oldest first; stop at the first bubble that has to wait."""
        async with self.services.database.only_one(f"deliver:{lane}"):
            while (send := await self._next(lane)) is not None:
                if not await self._deliver_one(*send):
                    return

    async def _next(self, lane: str) -> tuple[Send, Conversation, bool] | None:
        """The lane's oldest open send, marked as being sent; and whether an earlier attempt may have gone out."""
        now = self.services.clock()
        async with self.services.database.session() as session:
            query = (
                select(Send)
                .where(Send.lane == lane, Send.state.in_(("pending", "sending")))
                .order_by(Send.id)
                .with_for_update(key_share=True)  # what still waits may be reworded or dropped
            )
            send = (await session.scalars(query.limit(1))).one_or_none()
            if send is None or (send.due_at > now and not joins(send)):
                return None
            doubtful = send.state == "sending" or send.error == errors.OutcomeUnknown.__name__
            conversation = await session.get_one(Conversation, send.conversation_id)
            longest = self.services.limits(conversation.channel).text
            if not doubtful and not await ready(session, send, conversation, now, longest):
                return None
            send.state = "sending"
            send.attempts += 1
            send.sent_at = send.sent_at or now
        return send, conversation, doubtful

    async def _deliver_one(self, send: Send, conversation: Conversation, doubtful: bool) -> bool:
        """Returns whether the lane may go on with the next bubble."""
        try:
            receipt = await self._hand_over(send, conversation, doubtful)
        except errors.SendError as error:
            return await self.failed(send.id, error)
        except Exception:  # a fault of our own must not close the lane for everything behind it
            log.error("sending failed", send=send.id, attempt=send.attempts, exc_info=True)
            lasting = send.attempts >= FAULTS_FORGIVEN
            return await self.failed(
                send.id, errors.Rejected("fault") if lasting else errors.Unavailable("fault")
            )
        await self._accepted(send.id, receipt)
        return True

    async def _hand_over(self, send: Send, conversation: Conversation, doubtful: bool) -> Receipt:
        draft = Draft.from_json(send.body)
        await self._refuse_what_cannot_go(send, conversation, draft)
        channel = self.services.channels[conversation.channel]
        bubble = await self._bubble(send, draft)
        if not (bubble.replaces or bubble.acknowledges or draft.template):
            thread = await threads.thread_of(self.services, send, conversation, draft.header)
            bubble = replace(bubble, thread=thread)
        if doubtful and send.sent_at and not draft.acknowledges:
            try:
                known = await self._other_receipts(send)
                found = await channel.find_sent(conversation.address, bubble, send.sent_at, known)
            except errors.OutcomeUnknown:  # no look-up there: twice is better than never
                found = None
            if found is not None:
                return found
        receipt = await channel.send(conversation.address, bubble, str(send.id))
        if bubble.thread and receipt.thread != bubble.thread:
            await threads.forget(self.services, conversation, bubble.thread)
        return receipt

    async def _other_receipts(self, send: Send) -> set[str]:
        """Ids of what else went to this person about then: the same words may have been said twice."""
        since = (send.sent_at or send.created_at) - LOOK_AROUND
        query = select(Send.provider_id).where(
            Send.conversation_id == send.conversation_id, Send.id != send.id, Send.created_at > since
        )
        async with self.services.database.session() as session:
            return {found for found in await session.scalars(query) if found}

    async def _refuse_what_cannot_go(self, send: Send, conversation: Conversation, draft: Draft) -> None:
        if conversation.opted_out_at and not await self._said_after_opt_out(send):
            raise errors.ContactUnreachable("opted_out")
        if conversation.channel != ChannelName.WHATSAPP or draft.template:
            return
        if not window_open(conversation, self.services.clock()):
            raise errors.WindowClosed(OUR_WORD)

    async def _said_after_opt_out(self, send: Send) -> bool:
        """What is about danger; of a consultant's words, those in a case that is open because of one."""
        if send.purpose != RELAY.name or not send.case_id:
            return send.purpose in SAID_AFTER_OPT_OUT
        async with self.services.database.session() as session:
            case = await session.get_one(Case, send.case_id)
        return case.closed_at is None and case.reason in DANGERS

    async def _bubble(self, send: Send, draft: Draft) -> Bubble:
        file: File | None = None
        replaces = ""
        if draft.file:
            file = await outgoing_file(self.services, draft.file)
        if draft.made:
            file = made_file(draft.made)
        if draft.replaces:
            async with self.services.database.session() as session:
                replaces = (await session.get_one(Send, draft.replaces)).provider_id or ""
            if not replaces:
                raise errors.Rejected("not_sent", "there is nothing to edit")
        about = await described(self.services, draft.about) if draft.about else ""
        return Bubble(
            text="\n".join(part for part in (draft.text, about) if part),
            header=draft.header,
            options=tuple(Option(o.token, o.title, wants=o.wants) for o in draft.options),
            file=file,
            reply_to=draft.quotes,
            template=_template(draft.template),
            replaces=replaces,
            acknowledges=draft.acknowledges,
        )

    async def _accepted(self, send_id: int, receipt: Receipt) -> None:
        async with self.services.database.session() as session:
            send = await self._locked(session, send_id)
            if send.state not in ("sending", *ARRIVED):
                return  # its failure was told before this yes, and has been decided on
            if send.state == "sending":  # another status may have been faster
                send.state = "accepted"
            send.provider_id = receipt.provider_id or send.provider_id
            send.error = ""
            await self.consequences(self.services, session, send, None)
        SENDS.labels(purpose=send.purpose, outcome="accepted").inc()

    async def failed(self, send_id: int, error: errors.SendError, later: str = "") -> bool:
        """Carry out what an error means. `later`: the provider's id of the bubble, when a status callback brought the error;
        it counts while that is the last that is known of the send. Returns whether the lane goes on."""
        async with self.services.database.session() as session:
            send = await self._locked(session, send_id)
            if later:
                if send.provider_id not in (None, later) or send.state not in UNDECIDED:
                    return True
                send.provider_id = later
            conversation = await session.get_one(Conversation, send.conversation_id)
            send.error = type(error).__name__
            log.warning("send failed", send=send.id, purpose=send.purpose, error=send.error, code=error.code)
            SENDS.labels(purpose=send.purpose, outcome=send.error).inc()
            await self._follow(session, send, conversation, error)
        return send.state != "pending" or send.due_at <= self.services.clock()

    async def _locked(self, session: AsyncSession, send_id: int) -> Send:
        """The send, locked after its conversation: the order in which turns lock them (a message that opens the window
        again releases what is held), and both ways in which a send's end is heard of, which may come at once."""
        send = await session.get_one(Send, send_id)
        await session.get_one(Conversation, send.conversation_id, with_for_update={"key_share": True})
        await session.refresh(send, with_for_update={"key_share": True})
        return send

    async def _follow(
        self, session: AsyncSession, send: Send, conversation: Conversation, error: errors.SendError
    ) -> None:
        now = self.services.clock()
        draft = Draft.from_json(send.body)
        match decide(error, draft, send.purpose, send.attempts, now - send.created_at):
            case Retry(after, alarm):
                send.state, send.due_at = "pending", now + timedelta(seconds=after)
                if alarm:
                    await self.alarm(self.services, session, alarm, f"{conversation.channel} {error.code}")
            case Redirect(address):
                await relocate(session, conversation, address)
                send.state, send.due_at = "pending", now
                await self.consequences(self.services, session, send, error)
            case UseTemplate():
                send.body = Draft(template=draft.otherwise).to_json()
                send.state, send.due_at = "pending", now
            case Hold() if error.code == OUR_WORD and window_open(conversation, now):
                send.state, send.due_at = "pending", now  # she wrote while it was being refused
            case Hold():
                send.state = "held"
                await self.consequences(self.services, session, send, error)
            case Fail(unreachable):
                send.state = "failed"
                if unreachable and error.code != "opted_out":
                    conversation.unreachable_at = now
                await self.consequences(self.services, session, send, error)
        if send.state == "pending":
            send.provider_id = (
                None  # the next attempt has its own, told perhaps by a status before the provider's yes
            )
            await self.services.jobs.deliver(session, send.lane)


def window_open(conversation: Conversation, now: datetime) -> bool:
    """Whether WhatsApp takes free text: within 24 hours of the person's last message."""
    last = conversation.last_inbound_at
    return last is not None and now - last <= WINDOW


def _template(template: DraftTemplate | None) -> Template | None:
    return Template(template.name, template.language, template.values) if template else None
