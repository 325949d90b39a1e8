"""Two thumbs after a case was closed: asked once, never after danger, grief or a complaint, and no trap."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import switches
from bot.desk.cases import append
from bot.dialogue.say import Offer, Say
from bot.services import Services
from bot.store.tables import Case, Conversation, Entry

UP, DOWN = "up", "down"
THUMBS = {"👍": UP, "👎": DOWN}
ASKED = "handoff.rate"
THANKED = {UP: "handoff.rated.up", DOWN: "handoff.rated.down"}
# Reasons, topics and red flags of a case that nobody is asked to judge, and how such a case may have ended.
NEVER_AFTER = frozenset({"emergency", "crisis", "death", "complaint"})
ENDED_OTHERWISE = frozenset({"blocked", "merged"})


async def closing(services: Services, session: AsyncSession, case: Case) -> list[Say]:
    """What the patient is told of the end of the case: that it is closed, whom to write to, and the thumbs where fit."""
    values = {"case": str(case.id)}
    closed = Say(await switches.worded(services, session, "handoff.closed"), values)
    if not await to_be_asked(session, case):
        return [closed]
    thumbs = [Offer(f"rate_{thumb}", {"rate": thumb, "case": case.id}) for thumb in (UP, DOWN)]
    return [closed, Say(ASKED, values, options=thumbs)]


async def to_be_asked(session: AsyncSession, case: Case) -> bool:
    """The whole story counts: who came with a complaint is not asked because she wanted something else later."""
    conversation = await session.get_one(Conversation, case.conversation_id)
    if conversation.blocked_at:
        return False
    entries = (await session.scalars(select(Entry).where(Entry.case_id == case.id))).all()
    if any(entry.kind in ENDED_OTHERWISE for entry in entries):
        return False
    if any(entry.body.get("asked") is False for entry in entries):  # of a case merged into this one
        return False
    told = {entry.body.get(name) for entry in entries for name in ("reason", "topic", "kind")}
    return not NEVER_AFTER & {case.reason, case.topic, *told}


async def rate(services: Services, session: AsyncSession, case: Case, thumb: str, words: str = "") -> bool:
    """Keep the thumb. Returns False when it is the one already given since the last closing: that was thanked for."""
    given = await _last_thumb(session, case)
    case.rating = thumb
    if given == thumb and not words:
        return False
    told = {"thumb": thumb, "text": words} if words else {"thumb": thumb}
    await append(services, session, case, "rated", None, **told)
    return given != thumb


async def _last_thumb(session: AsyncSession, case: Case) -> str:
    query = select(Entry).where(Entry.case_id == case.id, Entry.kind.in_(("rated", "closed")))
    last = (await session.scalars(query.order_by(Entry.id.desc()).limit(1))).one_or_none()
    return str(last.body.get("thumb", "")) if last else ""
