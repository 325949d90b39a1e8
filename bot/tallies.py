"""How often something was asked and answered, by the hour: counts, which stay when the messages themselves have been erased.

What decided a reply stands beside it (`bot/outbox/why.py`) until its words are emptied by age. Each hour that is over is
counted once into `tallies`; the hour that is not is counted when somebody looks.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, exists, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.duty import duty
from bot.services import Services
from bot.store.tables import Tally

ASKED, SAID, NO_HELP, COUNTED = "asked", "said", "no_help", "counted"
RESEMBLED = "near"  # the label that came closest where there was no answer
AN_HOUR = timedelta(hours=1)
SETTLED = timedelta(minutes=5)  # a reply that an hour's last second began is stored by then
_ONE_AT_A_TIME = 0x7461_6C6C  # any fixed number
# What a reply was about: its label, the danger that a rule saw, or why there is no label. Commands are about nothing.
_ABOUT = """
    CASE WHEN s.why->>'by' IN ('label', 'choice', 'classifier') THEN coalesce(s.why->>'label', '')
         WHEN s.why->>'by' IN ('unsure', 'attachment', 'no_words', 'third_language') THEN s.why->>'by'
         WHEN s.why->>'by' <> 'rule' THEN ''
         WHEN s.why->'keys'->>0 LIKE 'safety.crisis%' THEN 'crisis'
         WHEN s.why->'keys'->>0 LIKE 'death%' THEN 'death'
         ELSE 'emergency' END"""
_REPLIES = """
    FROM sends s JOIN conversations c ON c.id = s.conversation_id AND c.role = 'patient'{further}
    WHERE s.why IS NOT NULL AND s.created_at >= :since AND s.created_at < :until AND s.purpose IN ('reply', 'safety')"""
_HOUR = "date_trunc('hour', s.created_at, 'UTC')"
_BOTH = "s.why->>'language', c.channel, count(DISTINCT s.answers_id)"  # one reply may be several bubbles
# Who said that an answer did not help has a case for that; the answer is the last one before.
_NOT_HELPED = """
    FROM cases k JOIN conversations c ON c.id = k.conversation_id AND c.role = 'patient'
    CROSS JOIN LATERAL (
        SELECT key FROM sends p CROSS JOIN LATERAL jsonb_array_elements_text(p.why->'keys') key
        WHERE p.conversation_id = k.conversation_id AND p.created_at <= k.opened_at
          AND key LIKE 'answer.%' AND key <> 'answer.deny'
        ORDER BY p.id DESC LIMIT 1) last
    WHERE k.reason = 'not_helped' AND k.opened_at >= :since AND k.opened_at < :until"""
# Rows as those of `tallies`, of the replies from :since to before :until.
LIVE = f"""
    SELECT * FROM (SELECT '{ASKED}' AS kind, {_HOUR} AS hour, {_ABOUT} AS name, {_BOTH} {_REPLIES.format(further="")}
                   GROUP BY 2, 3, 4, 5) asked (kind, hour, name, language, channel, count) WHERE name <> ''
    UNION ALL
    SELECT '{SAID}', {_HOUR}, key, {_BOTH}
    {_REPLIES.format(further=" CROSS JOIN LATERAL jsonb_array_elements_text(s.why->'keys') key")} AND key LIKE 'answer.%'
    GROUP BY 2, 3, 4, 5
    UNION ALL
    SELECT '{RESEMBLED}', {_HOUR}, s.why->>'label', {_BOTH} {_REPLIES.format(further="")}
      AND s.why->>'by' = 'unsure' AND s.why->>'label' IS NOT NULL
    GROUP BY 2, 3, 4, 5
    UNION ALL
    SELECT '{NO_HELP}', date_trunc('hour', k.opened_at, 'UTC'), last.key, k.language, c.channel, count(*) {_NOT_HELPED}
    GROUP BY 2, 3, 4, 5"""  # noqa: S608 (nothing in it comes from outside)
_COUNT = text(
    f"INSERT INTO tallies (kind, hour, name, language, channel, count) {LIVE} ON CONFLICT DO NOTHING"
)


async def counted_until(session: AsyncSession) -> datetime:
    """Up to when `tallies` holds everything."""
    last = await session.scalar(select(func.max(Tally.hour)).where(Tally.kind == COUNTED))
    return last or datetime.min.replace(tzinfo=UTC)


def _settled_until(now: datetime) -> datetime:
    return (now - SETTLED).astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _uncounted(now: datetime) -> Select[int]:
    counted = exists().where(Tally.kind == COUNTED, Tally.hour >= _settled_until(now))
    return select(literal(1)).where(~counted)


@duty(_uncounted)
async def count(services: Services, session: AsyncSession) -> None:
    """The hours that are over, once; whichever worker comes first."""
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(_ONE_AT_A_TIME))):
        return
    now = services.clock()
    if not await session.scalar(count.due(now)):
        return
    until = _settled_until(now)
    since = await counted_until(session)
    await session.execute(_COUNT, {"since": since, "until": until})
    session.add(Tally(kind=COUNTED, hour=until, name="", language="", channel="", count=0))
