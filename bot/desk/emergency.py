"""A red flag: the number at once, the people of the office paged, menus silent. Also the news of a death."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import roster
from bot.desk.alarms import raise_alarm
from bot.desk.cases import append, open_case
from bot.desk.notify import notify, page
from bot.desk.roster import Colleague
from bot.dialogue.say import Say, compose
from bot.duty import duty
from bot.journeys import drafts
from bot.observability.metrics import VERDICTS
from bot.outbox.deliver import ARRIVED
from bot.outbox.draft import RELAY, SAFETY
from bot.outbox.enqueue import enqueue
from bot.outbox.why import Cause, why
from bot.safety import Verdict
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry, Message, Send

HOLDER_REACTS_WITHIN = timedelta(minutes=2)


async def respond(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    verdict: Verdict,
    by: str = "rules",
    cause: Cause | None = None,
) -> None:
    """Answer the red flag, open or raise the case, page. In the transaction that stores the message.

    `cause` is stored with the answer; the rule of the verdict when it is not given.
    """
    await drafts.stop(services, session, conversation.id)
    kind = verdict.kind.value
    VERDICTS.labels(kind=kind, by=by).inc()
    conversation.quiet_since = conversation.quiet_since or services.clock()
    case, _ = await open_case(
        services,
        session,
        conversation,
        reason=kind,
        topic=_topic(kind),
        urgency="high" if kind == "death" else "urgent",
    )
    case.reason, case.topic, case.announced_at = kind, _topic(kind), None
    people = await roster.to_page(services, session)
    says = [Say(key, options=()) for key in answer_keys(conversation, verdict, reachable=bool(people))]
    cause = cause or Cause("rule", rule=verdict.rule)
    await _answer(services, session, conversation, message, verdict, says, cause)
    await append(services, session, case, "red_flag", kind=kind, rule=verdict.rule, message=message.id)
    if kind == "death":
        if case.holder_id is None:
            await notify(services, session, case)
        case.announce_by = None  # nothing more is said to her
        return
    case.announce_by = None
    if people or case.holder_id:
        await _page(services, session, case, people)
    if not people:
        await _nobody_to_page(services, session, case)


async def _nobody_to_page(services: Services, session: AsyncSession, case: Case) -> None:
    """Neither on duty nor on call: who comes on duty next sees it first; the operator hears of it now."""
    case.notify_at = await roster.next_duty(services, session)
    await raise_alarm(services, session, "no_notification", f"case {case.id}")


async def _answer(
    services: Services,
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    verdict: Verdict,
    says: Sequence[Say],
    cause: Cause,
) -> None:
    language, keys = verdict.language, [say.key for say in says]
    draft = await compose(services, session, conversation, says, language, menus=False)
    because = why(services, cause, keys, language)
    await enqueue(services, session, conversation, draft, SAFETY, answers_id=message.id, why=because)
    message.said = keys


def answer_keys(conversation: Conversation, verdict: Verdict, *, reachable: bool) -> list[str]:
    """The texts of a safety answer: number first, crisis lines of the sender's country, and whether anybody reads."""
    kind = verdict.kind.value
    if kind == "death":
        return ["death.condolence"]
    nobody = "" if reachable else "nobody."
    country = country_of(conversation.phone)
    if kind == "crisis":
        return [f"safety.crisis.{nobody}{country}"]
    lines = [f"safety.crisis.{country}"] if verdict.also_crisis else []
    return ["safety.emergency" if reachable else "safety.emergency.nobody", *lines]


def country_of(phone: str) -> str:
    """mx, us or unknown, by the number's country code; `+1` also holds Canada, whose 988 is the same."""
    if phone.startswith("+52"):
        return "mx"
    return "us" if phone.startswith("+1") else "unknown"


def _topic(kind: str) -> str:
    return kind if kind in ("emergency", "crisis") else "talk_to_human"


async def _page(services: Services, session: AsyncSession, case: Case, people: list[Colleague]) -> None:
    """A held case pages its holder, and everybody when she does not answer the patient in time. A free one pages everybody,
    and so does one whose holder is absent by her own word."""
    holder = await roster.colleague(services, session, case.holder_id) if case.holder_id else None
    if holder and not (holder.paused and people):
        case.page_all_at = services.clock() + HOLDER_REACTS_WITHIN
        people = [holder]
    await page(services, session, case, people)


@duty(lambda now: select(Case).where(Case.page_all_at <= now, Case.closed_at.is_(None)))
async def page_all(services: Services, session: AsyncSession) -> None:
    """Cases whose time for it has come."""
    due = page_all.due(services.clock()).with_for_update(key_share=True, skip_locked=True)
    for case in await session.scalars(due):
        await page_everybody(services, session, case)


async def page_everybody(services: Services, session: AsyncSession, case: Case) -> None:
    """The patient has had no answer: everybody else who can be paged is. Words for anybody else are none, and neither are
    words that did not arrive."""
    case.page_all_at = None
    if await _answered(session, case):
        return
    people = [person for person in await roster.to_page(services, session) if person.id != case.holder_id]
    await append(services, session, case, "paged_all")
    await page(services, session, case, people)


async def _answered(session: AsyncSession, case: Case) -> bool:
    """Whether a consultant's words have reached the patient since the last red flag; a mended old line is no answer."""
    flagged = select(func.max(Entry.at)).where(Entry.case_id == case.id, Entry.kind == "red_flag")
    query = select(Send).where(
        Send.case_id == case.id,
        Send.purpose == RELAY.name,
        Send.state.in_(ARRIVED),
        Send.created_at >= flagged.scalar_subquery(),
    )
    return any(not send.body.get("replaces") for send in await session.scalars(query))
