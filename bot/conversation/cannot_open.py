"""What the assistant cannot read reaches a person: an 80-year-old's voice note above all. Records are kept and acknowledged."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.records import is_record, tell_later
from bot.conversation.turn import Outcome, Turn, open_a_case
from bot.dialogue.say import Say
from bot.outbox.why import Cause
from bot.records.kept import words_of


async def cannot_open(turn: Turn) -> Outcome:
    attachments = turn.first.body.get("attachments", ())
    if not attachments:
        return Outcome.GO_ON
    if await is_record(turn):
        turn.parts.append(tell_later)
        turn.cause = Cause("attachment")
        return Outcome.GO_ON if words_of(turn.first) else Outcome.SILENT
    if turn.first.body.get(
        "text", ""
    ).strip():  # the words are answered, and a person looks at what came with them
        turn.parts.append(_to_a_person)
        return Outcome.GO_ON
    turn.cause = Cause("attachment")
    if all(item["kind"] == "sticker" for item in attachments):
        turn.parts.append(Say("fallback.sticker"))
        return Outcome.REPLY
    turn.parts += [Say("fallback.cannot_open", options=()), _to_a_person]
    return Outcome.REPLY


async def _to_a_person(turn: Turn, session: AsyncSession) -> Sequence[Say]:
    return await open_a_case(turn, session, reason="attachment", topic="talk_to_human", urgency="normal")
