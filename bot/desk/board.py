"""The staff group on Telegram: a notice board, where an office wants one. One line a case, edited in place: number, urgency,
language, since when it waits, who has it. Nothing of the patient, not even what it is about; what is written there is ignored.

`cases.append` marks a case whose line is out of date. The duty says one line at a time, the most urgent first, and the next
when that is out: what changes meanwhile is said once, as it is by then. Telegram takes twenty messages a minute in a group.
"""

from datetime import timedelta

from sqlalchemy import case as either
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import ChannelName, Reachability
from bot.channels.errors import ContactUnreachable, Rejected, SendError
from bot.desk.alarms import raise_alarm
from bot.desk.cases import URGENCIES
from bot.desk.clocks import day_and_time
from bot.desk.standing import name_of
from bot.duty import duty
from bot.outbox.draft import BOARD, Draft
from bot.outbox.enqueue import enqueue, lane_of
from bot.services import Services
from bot.store.contacts import find_conversation, meet
from bot.store.tables import Case, Conversation, Send

ROLE = "board"  # of the group's conversation
MOST, WITHIN = 20, timedelta(minutes=1)  # messages to a group (platform.md 2.3); edits are counted too
NO_NUMBER = "not_sent"  # the outbox's code for an edit of what has no number in its chat


async def sync(services: Services) -> None:
    """Bring the group of TELEGRAM_STAFF_CHAT_ID into the database. One that has moved is known by its former id as well."""
    group = services.settings.telegram_staff_chat_id
    if group is None or ChannelName.TELEGRAM not in services.channels:
        return
    async with services.database.session() as session:
        board = await meet(session, services.clock, ChannelName.TELEGRAM, str(group))
        board.role, board.language = ROLE, _language(services)
        await _begin_anew(services, session, board)


def _language(services: Services) -> str:
    """One for all who read it: the head of office's."""
    heads = (person.languages[0] for person in services.office.consultants if person.head)
    return next(heads, services.office.operator.language)


async def _begin_anew(services: Services, session: AsyncSession, board: Conversation) -> None:
    """The group can be written to, as far as one knows: every open case is looked at."""
    board.unreachable_at = None
    opened = update(Case).where(Case.closed_at.is_(None))
    await session.execute(opened.values(board_due_at=services.clock()))


@duty(lambda _now: select(Case).where(Case.board_due_at.is_not(None)))
async def post(services: Services, session: AsyncSession) -> None:
    """The line of the most urgent case whose line is out of date."""
    if services.settings.telegram_staff_chat_id is None or not await _next(services, session):
        return
    board = await _board(services, session)
    if board is None or board.unreachable_at or await _busy(services, session, board):
        return
    while (case := await _next(services, session)) is not None:
        case.board_due_at = None
        if await _said(services, session, board, case):
            return


async def _next(services: Services, session: AsyncSession) -> Case | None:
    """Open before closed, urgent before normal, oldest change first."""
    urgency = either({name: rank for rank, name in enumerate(URGENCIES)}, value=Case.urgency)
    query = (
        post.due(services.clock())
        .order_by(Case.closed_at.is_not(None), urgency.desc(), Case.board_due_at)
        .limit(1)
    )
    locked = query.with_for_update(key_share=True, skip_locked=True)
    return (await session.scalars(locked, execution_options={"populate_existing": True})).one_or_none()


async def _board(services: Services, session: AsyncSession) -> Conversation | None:
    group = str(services.settings.telegram_staff_chat_id)
    found = await find_conversation(session, ChannelName.TELEGRAM, group)
    return found if found and found.role == ROLE else None


async def _busy(services: Services, session: AsyncSession, board: Conversation) -> bool:
    """A line is still on its way, or twenty have gone within the minute."""
    waiting = select(Send.id).where(
        Send.lane == lane_of(board.id, BOARD), Send.state.in_(("pending", "sending"))
    )
    if (await session.scalars(waiting.limit(1))).one_or_none() is not None:
        return True
    sent = select(func.count()).where(Send.purpose == BOARD.name, Send.created_at > services.clock() - WITHIN)
    return (await session.scalar(sent) or 0) >= MOST


async def _said(services: Services, session: AsyncSession, board: Conversation, case: Case) -> bool:
    """Put the line on its way: an edit of the one before. False when the board says so already, or need not say it."""
    text = await _line(services, session, case, board.language)
    before = await _last(session, board, case)
    if (before is None and case.closed_at) or (before and before.body.get("text") == text):
        return False
    draft = Draft(text=text, replaces=before.id if before else 0)
    await enqueue(services, session, board, draft, BOARD, case_id=case.id)
    return True


async def _last(session: AsyncSession, board: Conversation, case: Case) -> Send | None:
    """The line as the group has it now."""
    query = select(Send).where(
        Send.case_id == case.id,
        Send.purpose == BOARD.name,
        Send.conversation_id == board.id,
        Send.provider_id.is_not(None),
    )
    return (await session.scalars(query.order_by(Send.id.desc()).limit(1))).one_or_none()


async def _line(services: Services, session: AsyncSession, case: Case, language: str) -> str:
    since = case.taken_at if case.holder_id else case.awaits_since
    values = {
        "case": str(case.id),
        "urgency": services.texts.word("urgency", case.urgency, language),
        "language": services.texts.word("language", case.language, language),
        "since": day_and_time(services, since or case.opened_at, language),
        "consultant": await name_of(session, case.holder_id),
    }
    state = "closed" if case.closed_at else "taken" if case.holder_id else "waiting"
    return services.texts.render(f"desk.board.{state}", language, values, services.office, services.real).text


async def failed(services: Services, session: AsyncSession, send: Send, error: SendError) -> None:
    """A line did not get there. The desk goes on without its board: the operator hears once, and what can still be said is
    said later."""
    hopeless = isinstance(error, Rejected) and error.code != NO_NUMBER
    if hopeless or isinstance(error, ContactUnreachable):
        await raise_alarm(services, session, "board", error.code)
    if not hopeless:
        due = update(Case).where(Case.id == send.case_id)
        await session.execute(due.values(board_due_at=services.clock()))


async def reachability(
    services: Services, session: AsyncSession, board: Conversation, event: Reachability
) -> None:
    """The bot was added to the group, or removed from it. (That it left the group of before a move means nothing.)"""
    if event.address != board.address:
        return
    if event.reachable:
        await _begin_anew(services, session, board)
    elif board.unreachable_at is None:
        board.unreachable_at = services.clock()
        await raise_alarm(services, session, "board", "removed")


async def moved(services: Services, session: AsyncSession, board: Conversation) -> None:
    """The group has become a supergroup, where the messages of before have no number by which they could be edited, and the
    numbers begin anew: every open case gets a line there."""
    sent = update(Send).where(Send.conversation_id == board.id)
    await session.execute(sent.values(provider_id=None))
    await _begin_anew(services, session, board)
